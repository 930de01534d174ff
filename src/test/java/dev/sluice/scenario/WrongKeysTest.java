package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who guesses keys is slowed down, and nobody else. */
class WrongKeysTest { // A17
    private static final String SETTINGS = TestGateway.QUICK + """
            server: {idle-connection: 1000h, wrong-keys: 5}
            providers:
              vllm: {url: $UP/vllm}
            keys: [{name: one, key: right}, {name: boss, key: boss, admin: true}]
            """;

    private final HandTicker ticker = new HandTicker();

    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @AutoClose
    private final TestGateway gateway =
            TestGateway.owning(upstream, SETTINGS, new Clocks(ticker, new HandClock(TestGateway.QUIET_DAY)));

    private Reply chat(String key) {
        return gateway.post(
                "/v1/chat/completions", TestGateway.chatBody("vllm/x", false), "authorization", "Bearer " + key);
    }

    @Test
    void pastSoManyWrongKeysAMinuteAnAddressHears429AndARightKeyStillPasses() {
        for (int i = 0; i < 5; i++) {
            assertThat(chat("wrong" + i).status()).isEqualTo(401);
        }
        Reply cut = chat("wrong again");
        assertThat(cut.status()).isEqualTo(429);
        assertThat(Integer.parseInt(cut.header("retry-after"))).isBetween(1, 13);
        assertThat(cut.body()).contains("too many wrong keys");
        assertThat(gateway.get("/api/tags", "authorization", "Bearer wrong").status())
                .isEqualTo(429);
        assertThat(gateway.get("/stats", "authorization", "Bearer wrong").header("retry-after"))
                .isNotEmpty();
        assertThat(chat("right").status()).isEqualTo(200);
        assertThat(gateway.get("/stats", "authorization", "Bearer boss").status())
                .isEqualTo(200);
        ticker.advance(Duration.ofMinutes(1));
        assertThat(chat("wrong").status()).isEqualTo(401);
    }

    @Test
    void whoShowsNoKeyAtAllDoesNotGuess() {
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.post("/v1/chat/completions", TestGateway.chatBody("vllm/x", false))
                            .status())
                    .isEqualTo(401);
        }
    }
}
