package dev.sluice.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pages of the web may call a gateway on loopback. */
class HostGuardTest {
    private final HostGuard guard = new HostGuard(true, "box", List.of("https://Chat.Example.com", "http://b:8080"));

    @ParameterizedTest
    @CsvSource({
        "https://chat.example.com, true",
        "HTTPS://CHAT.example.com, true",
        "http://localhost:3000, true",
        "http://LOCALHOST:3000, true",
        "http://b:8080, true",
        "http://b:8081, false",
        "http://chat.example.com, false",
        "https://chat.example.com.evil.org, false",
    })
    void lettersOfEitherCaseAreTheSameInAnOrigin(String origin, boolean accepted) {
        assertThat(guard.acceptsOrigin(origin)).isEqualTo(accepted);
    }
}
