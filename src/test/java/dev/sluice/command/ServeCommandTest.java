package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.time.Clocks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ServeCommandTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "serve --port 0",
                "serve --host ::1 --port 11434",
                "serve --data /tmp/x --config a.yaml --port 7 --host localhost"
            })
    void aPlainCommandLineMeansWhatTheLibraryReadsFromIt(String line) {
        String[] words = line.split(" ", -1);
        ServeCommand library = new ServeCommand();
        new CommandLine(library)
                .parseArgs(List.of(words).subList(1, words.length).toArray(String[]::new));

        assertThat(ServeCommand.plain(words))
                .get()
                .usingRecursiveComparison()
                .ignoringFields("options.verb")
                .isEqualTo(library);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "check",
                "serve --help",
                "serve --port",
                "serve --port x",
                "serve --port -1",
                "serve --port 123456",
                "serve --port 70000",
                "serve --port 1 --port 2",
                "serve --prot 1",
                "serve --host --port",
                "serve --port=1",
                "serve -p 1",
                "serve --config @file",
                "--config a serve"
            })
    void whatIsNotPlainIsLeftToTheLibrary(String line) {
        assertThat(ServeCommand.plain(line.split(" ", -1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"listen: {loops: 1, port: %d}", "listen: {loops: 1, port: 0}\nadmin: {key: k, port: %d}"})
    void aPortThatIsTakenIsToldInPlainWords(String listen, @TempDir Path folder) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String settings = "data: " + folder + "\n" + listen.formatted(other.getLocalPort()) + "\n";
            assertThatThrownBy(() -> InProcess.start(settings, Clocks.SYSTEM).close())
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "cannot listen on 127.0.0.1:" + other.getLocalPort()
                                    + ": another program has this port; end it, or choose another with --port or in the settings");
        }
    }

    @Test
    void noArgumentsAtAllAreLeftToTheLibrary() {
        assertThat(ServeCommand.plain()).isEmpty();
    }
}
