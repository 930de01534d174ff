package dev.sluice.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;

/** Changes whenever a file does, or another takes its name. */
public record FileStamp(String inode, FileTime changed, long size) {

    /**
     * The stamp of what has that name now; empty where nothing has it.
     *
     * @throws IOException where nobody may look
     */
    public static Optional<FileStamp> of(Path file) throws IOException {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new FileStamp(Objects.toString(seen.fileKey(), ""), seen.lastModifiedTime(), seen.size()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }
}
