package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may have been charged stays taken until somebody knows, and is resolved in the end. */
class DoubtTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            spending: {wait: 0s, least-output: 0, in-doubt: 24h}
            budgets:
              - {scope: gateway, amount: 0.005, period: month}
            """;
    private static final String BODY = """
            {"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}],"max_tokens":5000,"stream":true}""";

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);
    private ScriptedUpstream upstream;

    @BeforeEach
    void open() throws IOException {
        upstream = new ScriptedUpstream();
    }

    @AfterEach
    void close() throws IOException {
        upstream.close();
    }

    private TestGateway gateway() throws IOException {
        return TestGateway.start(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock))
                .withoutSums();
    }

    private static Reply chat(TestGateway gateway) {
        return gateway.post("/v1/chat/completions", BODY);
    }

    private void leaveBeforeContent(TestGateway gateway) throws Exception {
        upstream.on("deepseek", Answers.of("late").slowly(Duration.ofSeconds(20), Duration.ZERO));
        try (RawClient client = gateway.connect()) {
            client.post("/v1/chat/completions", BODY);
            upstream.awaitVisit(1);
        }
        gateway.awaitLedger(1);
        upstream.on("deepseek", Answers.of("Hello"));
    }

    @Test
    void itIsChargedAtItsUpperBoundWhenNobodyKnowsBetterInTime() throws Exception { // L17
        try (TestGateway gateway = gateway()) {
            leaveBeforeContent(gateway);
            assertThat(gateway.resolveDoubts()).isZero();
            assertThat(chat(gateway).status()).as("its bound is taken").isEqualTo(429);
            clock.advance(Duration.ofHours(24));
            assertThat(gateway.resolveDoubts()).isEqualTo(1);
            TestGateway.await("it is resolved for good", () -> gateway.resolveDoubts() == 0);
            assertThat(gateway.get("/stats").body()).contains("\"held\":\"0\",\"in_doubt\":\"0\"");
            assertThat(chat(gateway).status()).as("charged in full").isEqualTo(429);
        }
    }

    @Test
    void aDoubtOfAnEarlierLifeStillCounts() throws Exception {
        try (TestGateway gateway = gateway()) {
            leaveBeforeContent(gateway);
            gateway.restart();
            assertThat(chat(gateway).status()).isEqualTo(429);
            clock.advance(Duration.ofHours(25));
            gateway.resolveDoubts();
            gateway.restart();
            assertThat(chat(gateway).status()).isEqualTo(429);
            assertThat(gateway.get("/stats").body()).contains("\"in_doubt\":\"0\"");
        }
    }

    @Test
    void aClockThatCannotBeRightSpendsNothing() throws IOException { // K06
        clock.set("1970-01-01T00:00:10Z");
        try (TestGateway gateway = gateway()) {
            Reply reply = chat(gateway);
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.body()).contains("this gateway's clock says 1970");
            clock.set(TestGateway.QUIET_DAY);
            assertThat(chat(gateway).status()).isEqualTo(200);
        }
    }
}
