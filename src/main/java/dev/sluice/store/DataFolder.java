package dev.sluice.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The folder where one gateway keeps what it must not lose, locked against a second one, readable only by its owner. */
public final class DataFolder implements Closeable {
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the folder where it is missing and takes its lock.
     *
     * @throws IOException with a sentence for the operator
     */
    public static DataFolder lock(Path path) throws IOException {
        try {
            makeFolder(path);
        } catch (IOException e) {
            throw new IOException("cannot make the data folder " + path + ": " + why(e), e);
        }
        if (!Files.isWritable(path)) {
            throw new IOException("cannot write to the data folder " + path);
        }
        FileChannel channel = lockFile(path);
        try {
            if (take(channel).isEmpty()) {
                throw new FolderInUseException(
                        "another gateway (process " + owner(channel) + ") uses the data folder " + path);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)), 0);
            return new DataFolder(path, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel lockFile(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        try {
            makeFile(file);
            return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("cannot lock the data folder " + path + ": " + why(e), e);
        }
    }

    /** What is wrong with a file, in words for people: the message of most such failures is its name and no more. */
    public static String why(IOException failed) {
        return switch (failed) {
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case NoSuchFileException missing -> "no such file: " + missing.getFile();
            case FileAlreadyExistsException there -> "something else is in its place: " + there.getFile();
            case IOException other -> String.valueOf(other.getMessage());
        };
    }

    private static Optional<FileLock> take(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException _) {
            return Optional.empty();
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    public Path path() {
        return path;
    }

    /**
     * A folder only its owner can enter, with those above it; nothing happens where it is there. Its name is durable on
     * return: without it all that is synced in the folder would be lost.
     */
    public static void makeFolder(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        Optional<Path> above = Optional.ofNullable(path.toAbsolutePath().getParent());
        if (above.isPresent()) {
            makeFolder(above.get());
        }
        Files.createDirectories(path, mode(path, "rwx------"));
        if (above.isPresent()) {
            syncFolder(above.get());
        }
    }

    /** An empty file only its owner can read; nothing happens where it is there. */
    public static void makeFile(Path path) throws IOException {
        try {
            Files.createFile(path, mode(path, "rw-------"));
        } catch (FileAlreadyExistsException _) {
            // That is all we wanted.
            return;
        }
    }

    /**
     * Gives a file other contents in one step, durable on return: a reader sees the ones or the others. They are written
     * beside it first, under its name with {@code .new} behind.
     */
    public static void replace(Path file, byte[] contents) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        write(fresh, contents);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow());
    }

    /** Fills a file that only its owner can read; its contents are durable on return, its name is not. */
    public static void write(Path file, byte[] contents) throws IOException {
        makeFile(file);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer left = ByteBuffer.wrap(contents);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
    }

    /** Makes durable which files there are; their contents are synced one by one. */
    public static void syncFolder(Path path) throws IOException {
        try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static FileAttribute<?>[] mode(Path path, String mode) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    /** Gives the lock back. The file stays: deleting it would let two gateways lock two different files. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
