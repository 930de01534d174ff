package dev.sluice.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How tests start a virtual machine of its own with the tests' classes: small, and quick to start. */
final class Jvm {
    static final String PROGRAM = "dev.sluice.command.App";

    private Jvm() {}

    /**
     * A command line.
     *
     * @param options for the machine itself
     */
    static List<String> command(List<String> options, String main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return command;
    }
}
