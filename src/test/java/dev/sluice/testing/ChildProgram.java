package dev.sluice.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own with any verb, to be killed or waited for. */
public final class ChildProgram implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private ChildProgram(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param folder what it prints is kept there */
    public static ChildProgram start(Path folder, List<String> machine, String... arguments) throws IOException {
        return run(folder, Jvm.command(machine, Jvm.PROGRAM, List.of(arguments)));
    }

    /**
     * The same by way of another program.
     *
     * @param wrapper a command that runs what stands behind it
     */
    public static ChildProgram startUnder(List<String> wrapper, Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(Jvm.command(List.of(), Jvm.PROGRAM, List.of(arguments)));
        return run(folder, command);
    }

    private static ChildProgram run(Path folder, List<String> command) throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new ChildProgram(process, out, err);
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

    /** The exit code, waiting for it. */
    public int exit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    public String out() throws IOException {
        return Files.readString(out);
    }

    public String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
