package dev.sluice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;

/** Changes whenever a file does, or another takes its name. */
record FileStamp(String inode, FileTime changed, long size) {

    /** Empty where there is no such file, or nobody may look at it. */
    static Optional<FileStamp> of(Path file) {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new FileStamp(Objects.toString(seen.fileKey(), ""), seen.lastModifiedTime(), seen.size()));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
