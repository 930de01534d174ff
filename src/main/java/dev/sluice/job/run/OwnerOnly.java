package dev.sluice.job.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes files and folders that only their owner can read: rows and answers are nobody else's business. */
final class OwnerOnly {
    private OwnerOnly() {}

    /** A file that is there already keeps its mode. */
    static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), mode(file.getFileSystem(), "rw-------"));
    }

    /** A folder that is there already keeps its mode. */
    static void makeFolder(Path folder) throws IOException {
        Files.createDirectories(folder, mode(folder.getFileSystem(), "rwx------"));
    }

    private static FileAttribute<?>[] mode(FileSystem system, String mode) {
        return system.supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
