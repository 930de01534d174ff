package dev.sluice.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real gateway in a process of its own, to be killed. */
public final class ChildGateway implements AutoCloseable {
    private final Process process;
    private final int port;

    private ChildGateway(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it and waits until it says that it is ready. */
    public static ChildGateway start(ScriptedUpstream upstream, String yaml, Path folder) throws IOException {
        Path file = folder.resolve("sluice.yaml");
        String listening = "listen: {port: 0, loops: 1}\n" + yaml;
        Files.writeString(file, TestGateway.settings(upstream, listening, folder.resolve("data")));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.sluice.App",
                        "serve",
                        "--config",
                        file.toString())
                .redirectError(folder.resolve("stderr.txt").toFile())
                .start();
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            int at = line.indexOf("is ready at ");
            if (at >= 0) {
                return new ChildGateway(
                        process,
                        Integer.parseInt(
                                line.substring(line.lastIndexOf(':') + 1).strip()));
            }
        }
        throw new AssertionError("it did not start: " + Files.readString(folder.resolve("stderr.txt")));
    }

    public int port() {
        return port;
    }

    /** The ledger's folder below the one given at the start. */
    public static Path data(Path folder) {
        return folder.resolve("data");
    }

    /** As by {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** As by {@code kill}. */
    public void terminate() {
        process.destroy();
    }

    /** As by {@code kill -HUP}. */
    public void hangUp() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor();
    }

    /** What it has said so far, as JSON lines. */
    public static String log(Path folder) throws IOException {
        return Files.readString(folder.resolve("stderr.txt"));
    }

    /** The exit code, waiting for it. */
    public int exit() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
