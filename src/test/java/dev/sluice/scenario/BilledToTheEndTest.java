package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Figures;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that charge the whole answer although its stream was dropped, of which nobody had said so. */
class BilledToTheEndTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              openai: {url: $UP/openai, key: k1}
              openrouter: {url: $UP/openrouter, key: k2}
            spending: {wait: 0s, least-output: 0}
            budgets:
              - {scope: gateway, amount: 0.01, period: day}
            """;
    private static final Duration SOON = Duration.ofSeconds(20);

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    /** One word of the 200 tokens that are charged, and then what the gateway did not wait for. */
    private static Script oneWord(boolean cut) {
        return visit -> {
            visit.begin(200, "text/event-stream");
            visit.send(
                    "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                            + "[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}\n\n");
            if (!cut) {
                visit.sawHangUp(SOON);
            }
        };
    }

    private static String body(String model) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                + "\"max_tokens\":200,\"stream\":true}";
    }

    private TestGateway gateway() throws IOException {
        return TestGateway.start(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock))
                .withoutSums();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepTheirBoundsSoThatNoBudgetIsOverspent(boolean cut) throws Exception { // S05, T3
        upstream.on("openai", oneWord(cut));
        int passed = 0;
        try (TestGateway gateway = gateway()) {
            boolean open = true;
            while (open) {
                try (RawClient client = gateway.connect()) {
                    client.post("/v1/chat/completions", body("openai/gpt-6.2-sol"))
                            .readUntil("\r\n\r\n");
                    open = client.soFar().startsWith("HTTP/1.1 200");
                    if (open) {
                        client.readUntil("word ");
                        passed++;
                    }
                }
                gateway.awaitLedger(passed);
                assertThat(passed).isLessThan(1_000);
            }
            long bound = gateway.ledger().getFirst().bound();
            assertThat(gateway.ledger()).allMatch(row -> row.state().equals("IN_DOUBT"));
            assertThat(passed * bound).isLessThanOrEqualTo(10_000_000L);
            assertThat((passed + 1) * bound).as("none is refused too early").isGreaterThan(10_000_000L);
            assertThat(Figures.of(gateway.get("/stats").body()).inDoubt()).isEqualTo(passed * bound);
        }
    }

    @Test
    void areAskedWhatItWasWhereTheyKeepARecord() throws Exception { // L17
        upstream.on("openrouter", oneWord(false));
        upstream.page("openrouter/generation?id=c1", "{\"data\":{\"total_cost\":0.00123}}");
        try (TestGateway gateway = gateway()) {
            try (RawClient client = gateway.connect()) {
                client.post("/v1/chat/completions", body("openrouter/deepseek/deepseek-v3.2"))
                        .readUntil("word ");
            }
            gateway.awaitLedger(1);
            TestGateway.await(
                    "it is resolved",
                    () -> gateway.resolveDoubts() == 0
                            && Figures.of(gateway.get("/stats").body()).used() == 1_230_000);
        }
    }
}
