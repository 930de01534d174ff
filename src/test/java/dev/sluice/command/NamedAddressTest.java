package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.config.SettingsException;
import dev.sluice.provider.Inquiry;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A start without a settings file calls the servers where the environment says that they are, or does not start. */
class NamedAddressTest {

    private static URI address(String provider, Map<String, String> environment) {
        try (Inquiry inquiry = new Inquiry(Duration.ofMillis(1))) {
            Settings settings = Starting.settings(
                    new App.SettingsOptions(),
                    Optional.empty(),
                    Optional.empty(),
                    new Environment(environment),
                    inquiry);
            return settings.offer().providers().stream()
                    .filter(found -> found.name().equals(provider))
                    .map(ProviderConfig::address)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            127.0.0.1:31100           | http://127.0.0.1:31100
            :31100                    | http://127.0.0.1:31100
            gpu                       | http://gpu:11434
            gpu:1                     | http://gpu:1
            http://gpu                | http://gpu
            https://gpu/ollama        | https://gpu/ollama
            gpu/ollama                | http://gpu:11434/ollama
            0.0.0.0                   | http://127.0.0.1:11434
            http://0.0.0.0:5          | http://127.0.0.1:5
            "gpu:1"                   | http://gpu:1
            ~ 'gpu' ~                 | http://gpu:11434
            [::1]                     | http://[::1]:11434
            [::1]:5                   | http://[::1]:5
            ::1                       | http://[::1]:11434
            [::]:5                    | http://[::1]:5
            ""                        | http://127.0.0.1:11434
            """)
    void ollamasOwnVariableIsReadAsItsClientReadsIt(String written, URI address) {
        assertThat(address("ollama", Map.of("OLLAMA_HOST", written))).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:99999", "gpu:0", "gpu:x", "gpu:1:2", "ftp://gpu", "[::1", "a b"})
    void whatNobodyCanCallIsRefusedByTheNameOfItsVariable(String written) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> address("ollama", Map.of("OLLAMA_HOST", written)))
                .withMessage("OLLAMA_HOST is not an address that can be called; write it like http://127.0.0.1:11434,"
                        + " 127.0.0.1:11434 or [::1]:11434");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"api.deepseek.com", "api.deepseek.com:443", "//api.deepseek.com", "https://", "https://x:70000"})
    void aKeyIsSentToNoAddressThatWasGuessed(String written) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> address("deepseek", Map.of("DEEPSEEK_API_KEY", "k", "DEEPSEEK_BASE_URL", written)))
                .withMessage("DEEPSEEK_BASE_URL is not an address that can be called; write it like"
                        + " https://api.deepseek.com");
    }

    @Test
    void anAddressWithItsSchemeIsTakenAsItStands() {
        assertThat(address("vllm", Map.of("VLLM_BASE_URL", " http://gpu:8001/v1 ")))
                .isEqualTo(URI.create("http://gpu:8001/v1"));
    }

    @Test
    void aPasswordInAnAddressIsRefusedAndNotShown() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> address(
                        "deepseek", Map.of("DEEPSEEK_API_KEY", "k", "DEEPSEEK_BASE_URL", "https://me:s3cret@x.com")))
                .withMessageContaining("no user, query or fragment")
                .withMessageNotContaining("s3cret");
    }
}
