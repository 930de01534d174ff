package dev.sluice.testing;

import java.io.IOException;

/** Commands of the system, for what Java cannot do. */
public final class Shell {
    private Shell() {}

    /** Whether it can be run and succeeds. */
    public static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false; // There is no such command here.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
