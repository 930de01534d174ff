package dev.sluice.testing;

import dev.sluice.store.journal.DeadlyDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real gateway in a process of its own, to be killed. */
public final class ChildGateway implements AutoCloseable {
    private static final String MORTAL = "dev.sluice.command.MortalGateway";

    private final Process process;
    private final BufferedReader out;
    private final int port;

    private ChildGateway(Process process, BufferedReader out, int port) {
        this.process = process;
        this.out = out;
        this.port = port;
    }

    /** Starts it and waits until it says that it is ready. */
    public static ChildGateway start(ScriptedUpstream upstream, String yaml, Path folder) throws IOException {
        return start(upstream, yaml, folder, List.of());
    }

    /** The same with further options for its virtual machine. */
    public static ChildGateway start(ScriptedUpstream upstream, String yaml, Path folder, List<String> options)
            throws IOException {
        Path file = settings(upstream, yaml, folder);
        List<String> all = new ArrayList<>(options);
        all.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary(folder)));
        return start(folder, Jvm.command(all, Jvm.PROGRAM, List.of("serve", "--config", file.toString())));
    }

    /** One that dies at a moment of its own, or stands still. */
    public static ChildGateway start(
            ScriptedUpstream upstream, String yaml, Path folder, DeadlyDisk.Moment moment, int number)
            throws IOException {
        return start(folder, mortal(settings(upstream, yaml, folder), moment, number));
    }

    /** One that dies before it is ready; waits until it has. */
    public static void dieAtStart(
            ScriptedUpstream upstream, String yaml, Path folder, DeadlyDisk.Moment moment, int number)
            throws IOException, InterruptedException {
        List<String> command = mortal(settings(upstream, yaml, folder), moment, number);
        Process process = begin(folder, command);
        try {
            if (exit(process) != DeadlyDisk.KILLED) {
                throw new AssertionError("it did not die: " + error(folder));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path settings(ScriptedUpstream upstream, String yaml, Path folder) throws IOException {
        String listening = "listen: {port: 0, loops: 1}\n" + yaml;
        return Files.writeString(
                folder.resolve("sluice.yaml"), TestGateway.settings(upstream, listening, data(folder)));
    }

    private static List<String> mortal(Path settings, DeadlyDisk.Moment moment, int number) {
        return Jvm.command(List.of(), MORTAL, List.of(settings.toString(), moment.name(), Integer.toString(number)));
    }

    private static Process begin(Path folder, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr.txt").toFile())
                .start();
    }

    private static String error(Path folder) throws IOException {
        return Files.readString(folder.resolve("stderr.txt"));
    }

    private static ChildGateway start(Path folder, List<String> command) throws IOException {
        Process process = begin(folder, command);
        BufferedReader out = process.inputReader();
        String ready = lineWith(out, "is ready at ");
        if (ready.isEmpty()) {
            throw new AssertionError("it did not start: " + error(folder));
        }
        String port = ready.substring(ready.lastIndexOf(':') + 1).strip();
        return new ChildGateway(process, out, Integer.parseInt(port));
    }

    /** "" where it ends without one. */
    private static String lineWith(BufferedReader out, String text) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains(text)) {
                return line;
            }
        }
        return "";
    }

    public int port() {
        return port;
    }

    /** Waits until it says so on its standard output. */
    public void awaitWord(String text) throws IOException {
        if (lineWith(out, text).isEmpty()) {
            throw new AssertionError("it ended without a word: " + text);
        }
    }

    /** The ledger's folder below the one given at the start. */
    public static Path data(Path folder) {
        return folder.resolve("data");
    }

    /** Its folder for temporary files, below the one given at the start. */
    public static Path temporary(Path folder) {
        return folder.resolve("temporary");
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
        return exit(process);
    }

    private static int exit(Process process) throws InterruptedException {
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
