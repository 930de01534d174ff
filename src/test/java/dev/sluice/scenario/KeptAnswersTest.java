package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How long, how large, how many and for whom answers under an Idempotency-Key are kept. */
class KeptAnswersTest {
    private static final String KEY = "idempotency-key";
    private static final String CHAT = "/v1/chat/completions";
    private static final String OPEN = TestGateway.QUICK + """
            server: {idle-connection: 1000h}
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              vllm: {url: $UP/vllm}
            """;
    private static final String KEYED = OPEN + "keys: [{name: one, key: first}, {name: two, key: second}]\n";
    private static final String MODEL = "deepseek/deepseek-flash";

    private final HandTicker ticker = new HandTicker();
    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);
    private final Clocks clocks = new Clocks(ticker, clock);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .on("deepseek", Answers.of("one"), Answers.of("two"), Answers.of("three"));

    private TestGateway start() throws IOException {
        return TestGateway.start(upstream, OPEN, clocks);
    }

    private static Reply ask(TestGateway gateway, boolean stream, String key) {
        return gateway.post(CHAT, TestGateway.chatBody(MODEL, stream), KEY, key);
    }

    @Test
    void nobodySeesTheAnswersOfAnotherClientsKey() throws IOException { // L15, T33
        try (TestGateway gateway = TestGateway.start(upstream, KEYED, clocks)) {
            String body = TestGateway.chatBody(MODEL, false);
            Reply one = gateway.post(CHAT, body, KEY, "k", "authorization", "Bearer first");
            Reply two = gateway.post(CHAT, body, KEY, "k", "authorization", "Bearer second");
            assertThat(one.text()).isEqualTo("one");
            assertThat(two.text()).isEqualTo("two");
            gateway.post(CHAT, body, KEY, "k", "authorization", "Bearer first").assertReplays(one);
            gateway.post(CHAT, body, KEY, "k", "x-api-key", "second").assertReplays(two);
            assertThat(gateway.post(CHAT, body, KEY, "k").status()).isEqualTo(401);
        }
    }

    @Test
    void anAnswerOverAMebibyteIsNotKept() throws IOException {
        String half = "x".repeat(600_000);
        upstream.on("vllm", Answers.of(half, half));
        try (TestGateway gateway = start()) {
            for (boolean stream : new boolean[] {false, true}) {
                String body = TestGateway.chatBody("vllm/x", stream);
                for (int i = 0; i < 2; i++) {
                    Reply answer = gateway.post(CHAT, body, KEY, "k" + stream);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).hasSizeGreaterThan(1_200_000).doesNotContain("error");
                    assertThat(answer.header("x-sluice-replayed")).isEmpty();
                }
            }
            assertThat(upstream.visits()).hasSize(4);
        }
    }

    @Test
    void theOldestAnswersMakeRoomForNewOnes() throws IOException {
        upstream.on("vllm", Answers.of("x".repeat(1_000_000)));
        try (TestGateway gateway = TestGateway.start(upstream, OPEN + "idempotency: {keep: memory}\n", clocks)) {
            String body = TestGateway.chatBody("vllm/x", false);
            for (int i = 0; i < 68; i++) {
                assertThat(gateway.post(CHAT, body, KEY, "k" + i).status()).isEqualTo(200);
            }
            assertThat(gateway.post(CHAT, body, KEY, "k67").header("x-sluice-replayed"))
                    .isEqualTo("true");
            assertThat(gateway.post(CHAT, body, KEY, "k5").header("x-sluice-replayed"))
                    .isEqualTo("true");
            assertThat(gateway.post(CHAT, body, KEY, "k0").header("x-sluice-replayed"))
                    .isEmpty();
            assertThat(upstream.visits()).hasSize(69);
        }
    }

    @Test
    void afterADayAKeyIsNew() throws IOException {
        try (TestGateway gateway = start()) {
            Reply first = ask(gateway, false, "k");
            advance(Duration.ofHours(24).minusSeconds(1));
            ask(gateway, false, "k").assertReplays(first);
            advance(Duration.ofSeconds(2));
            assertThat(ask(gateway, false, "k").text()).isEqualTo("two");
        }
    }

    private void advance(Duration by) {
        ticker.advance(by);
        clock.advance(by);
    }
}
