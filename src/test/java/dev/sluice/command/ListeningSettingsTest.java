package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.config.SettingsException;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsReader;
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
import org.junit.jupiter.params.provider.CsvSource;
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
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            listen: {host: ''}       | listen.host: must be a name or a number such as localhost, 127.0.0.1 or ::1
            listen: {host: '[]'}     | listen.host: must be a name or a number such as localhost, 127.0.0.1 or ::1
            listen: {port: -1}       | listen.port: must be 0 to 65535, not '-1'
            listen: {port: 70000}    | listen.port: must be 0 to 65535, not '70000'
            listen: {loops: 5000}    | listen.loops: must be 0, for one for each processor, to 256; each is a thread, and more than processors only take turns
            admin: {port: 70000}     | admin.port: must be 0 to 65535, not '70000'
            admin: {port: 1, host: ''} | admin.host: must be a name or a number such as localhost, 127.0.0.1 or ::1
            """)
    void aPlaceThatNobodyCanListenAtIsRefused(String yaml, String reason) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> started(Optional.empty(), yaml))
                .withMessage(folder.resolve("s.yaml") + ":1: " + reason);
    }

    @Test
    void aPlaceForOthersWithoutAnyKeyIsRefusedWithItsPlace() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> started(Optional.empty(), "data: " + folder + "\nlisten: {host: 0.0.0.0}\n"))
                .withMessageStartingWith(folder.resolve("s.yaml") + ":2: listen.host: ");
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> started(Optional.empty(), "data: " + folder + "\nadmin: {port: 0, host: 0.0.0.0}\n"))
                .withMessageStartingWith(folder.resolve("s.yaml") + ":2: admin.host: ");
    }

    @Test
    void aModeOfTheEnvironmentThatIsNoneIsTold() {
        Environment environment = new Environment(Map.of("BACKEND_MODE", "foo"));
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> SettingsReader.read("s.yaml", dev.sluice.config.Section.empty(), environment))
                .withMessage("BACKEND_MODE: backend mode must be 'vllm' or 'ollama', not 'foo'");
    }

    @Test
    void anAddressInBracketsIsTheSameWithoutThem() throws IOException {
        assertThat(started(Optional.empty(), "listen: {host: '[::1]'}\n")
                        .listening()
                        .host())
                .isEqualTo("::1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "70000", "65536", "x"})
    void aPortOfTheCommandLineThatIsNoneIsAMistakeInItsUse(String port) {
        StringWriter told = new StringWriter();
        PrintWriter out = new PrintWriter(told, true);
        int code = App.commandLine().setOut(out).setErr(out).execute("serve", "--port=" + port);
        assertThat(told.toString()).contains("must be 0 to 65535, not '" + port + "'");
        assertThat(code).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SLUICE_PORT | 70000 | SLUICE_PORT must be 0 to 65535, not '70000'
            SLUICE_HOST | []    | SLUICE_HOST must be a name or a number such as localhost, 127.0.0.1 or ::1
            """)
    void aPlaceInTheEnvironmentThatIsNoneIsToldByItsName(String variable, String value, String reason) {
        try (Inquiry inquiry = new Inquiry(Duration.ofMillis(1))) {
            Environment environment = new Environment(Map.of(variable, value));
            assertThatExceptionOfType(SettingsException.class)
                    .isThrownBy(() -> Starting.settings(
                            new App.SettingsOptions(), Optional.empty(), Optional.empty(), environment, inquiry))
                    .withMessage(reason);
        }
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
