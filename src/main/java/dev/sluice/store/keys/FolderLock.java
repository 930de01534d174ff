package dev.sluice.store.keys;

import dev.sluice.store.DataFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The right to change the keys of a data folder, held by one thread of one process at a time. */
final class FolderLock implements Closeable {
    private static final String LOCK = "keys.lock";
    private static final int TRIES = 500;
    private static final long PAUSE_NANOS = 10_000_000;

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for its turn, at most five seconds.
     *
     * @throws IOException where its turn does not come
     */
    static FolderLock take(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no data folder " + folder + "; name it with --data");
        }
        Path file = folder.resolve(LOCK);
        DataFolder.makeFile(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            for (int i = 0; i < TRIES; i++) {
                if (tried(channel).isPresent()) {
                    return new FolderLock(channel);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            throw new IOException("somebody else has been changing the keys in " + folder + " for too long");
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    private static Optional<FileLock> tried(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException _) {
            return Optional.empty(); // Another thread of this process has it.
        }
    }

    /** The file stays: deleting it would let two processes lock two different files. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
