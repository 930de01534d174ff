package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Hook;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a person hears of: in /stats, in the metrics and at the webhook. */
class AlertsTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              openrouter: {url: $UP/openrouter, key: k2}
            alerts: {webhook: "%s"}
            """;

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @AutoClose
    private final Hook hook = new Hook();

    private TestGateway start() throws IOException {
        return TestGateway.start(upstream, SETTINGS.formatted(hook.address()), new Clocks(Ticker.SYSTEM, clock));
    }

    private static long times(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    @Test
    void aPriceThatDriftsIsToldOnceADayAndModel() throws IOException { // B21, check 149
        upstream.on("openrouter", Answers.of("Hi").tokens(10_000, 4_000, 1_000).cost("0.00310"));
        try (TestGateway gateway = start()) {
            for (int i = 0; i < 3; i++) {
                gateway.chat("openrouter/deepseek/deepseek-v3.2");
                gateway.stream("openrouter/deepseek/deepseek-v3.2");
            }
            hook.await(1);
            assertThat(hook.bodies()).singleElement().asString().contains("price drift: openrouter charged 0.0031");
            assertThat(times(gateway.get("/stats").body(), "\"kind\":\"price_drift\""))
                    .isEqualTo(1);
            assertThat(gateway.get("/metrics").body())
                    .contains("sluice_alerts_total{kind=\"price_drift\"} 1.0")
                    .contains("sluice_price_drift_total{model=\"deepseek/deepseek-v3.2\",provider=\"openrouter\"} 6.0");
            assertThat(gateway.awaitLedger(6)).allMatch(row -> row.cost() == 3_100_000);
            clock.advance(java.time.Duration.ofDays(1));
            gateway.chat("openrouter/deepseek/deepseek-v3.2");
            hook.await(2);
        }
    }

    @Test
    void aModelWithoutAPriceIsTold() throws IOException {
        try (TestGateway gateway = start()) {
            gateway.chat("deepseek/deepseek-of-tomorrow");
            hook.await(1);
            assertThat(hook.bodies().getFirst())
                    .contains("no price is known for deepseek/deepseek-of-tomorrow", "unpriced_model");
        }
    }

    @Test
    void aRestartTellsNothingAgainThatTheWebhookHasTaken() throws IOException {
        try (TestGateway gateway = start()) {
            gateway.chat("deepseek/deepseek-of-tomorrow");
            TestGateway.await("it is noted", () -> Files.exists(gateway.data().resolve("alerts.jsonl")));
            gateway.restart();
            gateway.chat("deepseek/deepseek-of-tomorrow");
            gateway.chat("deepseek/deepseek-of-next-week");
            hook.await(2);
            assertThat(hook.bodies().getLast()).contains("deepseek-of-next-week");
            assertThat(times(gateway.get("/stats").body(), "\"kind\":\"unpriced_model\""))
                    .isEqualTo(2);
        }
    }

    @Test
    void aMarkThatOtherSettingsPutBelowWhatIsSpentIsToldAtTheStartAndOnce() throws IOException {
        upstream.charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");
        upstream.on("deepseek", Answers.of("Hello").tokens(60, 0, 1000)); // 0.000609
        String settings = SETTINGS.formatted(hook.address()) + "budgets: [{scope: gateway, amount: %s, period: day}]\n";
        try (TestGateway gateway =
                TestGateway.watching(upstream, settings.formatted("0.002"), new Clocks(Ticker.SYSTEM, clock))) {
            gateway.chat("deepseek/deepseek-flash");
            gateway.awaitLedger(1);
            gateway.rewrite(settings.formatted("0.0007"));
            gateway.restart();
            hook.await(1);
            assertThat(hook.bodies().getFirst()).contains("80 %", "$0.000609");
            TestGateway.await("it is noted", () -> Files.exists(gateway.data().resolve("alerts.jsonl")));
            gateway.restart();
            gateway.rewrite(settings.formatted("0.0006"));
            gateway.restart();
            hook.await(2);
            assertThat(hook.bodies().getLast()).contains("100 %");
            assertThat(hook.bodies()).hasSize(2);
        }
    }

    @Test
    void aRestartTellsAgainWhatTheWebhookHasNotTaken() throws IOException {
        hook.answers(500);
        try (TestGateway gateway = start()) {
            gateway.chat("deepseek/deepseek-of-tomorrow");
            hook.await(1);
            gateway.restart();
            hook.answers(200);
            gateway.chat("deepseek/deepseek-of-tomorrow");
            hook.await(2);
            TestGateway.await("it is noted", () -> Files.exists(gateway.data().resolve("alerts.jsonl")));
        }
    }

    @Test
    void anEmptyAccountIsTold() throws IOException {
        upstream.on("deepseek", Scripts.status(402, "Insufficient Balance"));
        try (TestGateway gateway = start()) {
            gateway.chat("deepseek/deepseek-flash");
            hook.await(1);
            assertThat(hook.bodies().getFirst()).contains("the account at deepseek has no money left");
        }
    }

    @Test
    void aClockThatCannotBeRightIsTold() throws IOException { // K06
        clock.set("1970-01-01T00:01:00Z");
        try (TestGateway _ = start()) {
            hook.await(1);
            assertThat(hook.bodies().getFirst()).contains("clock says 1970-01-01T00:01:00Z");
        }
    }

    @Test
    void theWebhooksAddressIsNeverShown() throws IOException {
        try (TestGateway gateway = start()) {
            gateway.chat("deepseek/deepseek-of-tomorrow");
            hook.await(1);
            assertThat(gateway.get("/stats").body()).doesNotContain("/hook");
        }
    }
}
