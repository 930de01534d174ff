package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The wall clock jumps days ahead and is put back. */
class ClockPutBackTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k, concurrency: 100}
            spending: {wait: 0s, least-output: 0}
            budgets:
              - {scope: gateway, amount: 0.001, period: day, zone: Asia/Seoul}
            """;
    private static final String BODY = """
            {"model":"deepseek/deepseek-v3.2","max_tokens":50,"messages":[{"role":"user","content":"Hi"}]}""";

    private final HandClock clock = new HandClock("2026-11-21T03:00:00Z");

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-v3.2", "0.27", "0.027", "1.10");

    private static Reply chat(TestGateway gateway) {
        return gateway.post("/v1/chat/completions", BODY);
    }

    private static int passed(TestGateway gateway) {
        int passed = 0;
        while (passed < 1_000 && chat(gateway).status() == 200) {
            passed++;
        }
        return passed;
    }

    private static boolean isKnownAgain(TestGateway gateway) {
        Reply reply = chat(gateway);
        assertThat(reply.status()).as(reply.body()).isIn(429, 503);
        if (reply.status() == 503) {
            assertThat(reply.body()).contains("clock was put back", "read from the ledger");
        }
        return reply.status() == 429;
    }

    @Test
    void aDaysBudgetIsNotSpentTwice() throws IOException {
        upstream.on("deepseek", Answers.of("a").tokens(10, 4, 50));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock))) {
            assertThat(passed(gateway)).isPositive();
            clock.advance(Duration.ofDays(4));
            assertThat(chat(gateway).status()).isEqualTo(200);
            clock.advance(Duration.ofDays(-4));
            TestGateway.await("the ledger has told what was spent", () -> isKnownAgain(gateway));
            assertThat(chat(gateway).body()).contains("of $0.001 left");
        }
    }
}
