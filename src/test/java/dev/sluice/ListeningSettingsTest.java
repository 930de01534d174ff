package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.config.SettingsException;
import dev.sluice.provider.Inquiry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two listeners need two places; that they have only one is told before either is opened. */
class ListeningSettingsTest {
    private static final Environment NOTHING = new Environment(Map.of());
    private static final String REASON =
            "is that of the clients' listener, too: write another one, or take 'port' out to have both in one place";

    @TempDir
    private Path folder;

    private Settings started(Optional<Integer> port, String yaml) throws IOException {
        App.SettingsOptions options = new App.SettingsOptions();
        options.config = Optional.of(Files.writeString(folder.resolve("s.yaml"), yaml));
        try (Inquiry inquiry = new Inquiry(Duration.ofMillis(1))) {
            return Starting.settings(options, port, Optional.empty(), NOTHING, inquiry);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen: {port: 9000}\nadmin: {port: 9000}\n",
                "listen: {host: localhost, port: 9000}\nadmin: {host: 127.0.0.1, port: 9000}\n",
                "listen: {host: 127.0.0.1, port: 9000}\nadmin: {host: 0.0.0.0, port: 9000, key: k}\n",
                "keys: [{name: a, key: k}]\nlisten: {host: 0.0.0.0, port: 9000}\nadmin: {port: 9000}\n"
            })
    void onePortForClientsAndAdministratorsIsRefusedWithItsPlace(String yaml) {
        long line = yaml.lines().count();
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> started(Optional.empty(), yaml))
                .withMessage(folder.resolve("s.yaml") + ":" + line + ": admin.port: 9000 " + REASON);
    }

    @Test
    void thePortOfTheCommandLineCountsAndNotTheWrittenOne() throws IOException {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> started(Optional.of(9001), "admin: {port: 9001}\n"))
                .withMessageContaining("s.yaml:1: admin.port: 9001 " + REASON);
        assertThatCode(() -> started(Optional.of(9002), "admin: {port: 11435}\n"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen: {port: 0}\nadmin: {port: 0}\n",
                "listen: {host: 127.0.0.2, port: 9000}\nadmin: {host: 127.0.0.1, port: 9000}\n"
            })
    void twoPlacesAreTaken(String yaml) {
        assertThatCode(() -> started(Optional.empty(), yaml)).doesNotThrowAnyException();
    }

    @Test
    void checkTellsIt() throws IOException {
        Path file = Files.writeString(folder.resolve("s.yaml"), "admin:\n  port: 11435\n");
        StringWriter told = new StringWriter();
        PrintWriter out = new PrintWriter(told, true);
        int code = App.commandLine().setOut(out).setErr(out).execute("check", "--config", file.toString());
        assertThat(told.toString()).contains(file + ":2: admin.port: 11435 " + REASON);
        assertThat(code).isEqualTo(2);
    }
}
