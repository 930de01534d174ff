package dev.sluice.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Jobs for tests. */
public final class Jobs {
    private Jobs() {}

    public static Job read(Path folder, String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"), yaml);
        return JobFile.read(file, _ -> Optional.empty(), Instant.parse("2026-11-21T12:00:00Z"));
    }
}
