package dev.sluice;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Recordings that lie beside the checkout on some machines. Where they are absent, the test says so and is skipped. */
public final class SharedData {
    private SharedData() {}

    /** A file or folder below {@code ../shared/data}, or a skipped test that names what is missing. */
    public static Path file(String name) {
        Path path =
                Path.of("..", "shared", "data").resolve(name).toAbsolutePath().normalize();
        boolean there = Files.exists(path);
        if (!there) {
            System.err.println("SKIPPED: recording not on this machine: " + path);
        }
        Assumptions.assumeTrue(there, "recording not on this machine: " + path);
        return path;
    }
}
