package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an attempt costs by the table: at every hour, for every length of a prompt, from one date to another. */
class PriceTableTest {
    private static final String SELLERS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              ollama-cloud: {url: $UP/ollama-cloud, key: k2}
              openai: {url: $UP/openai, key: k3}
            models:
              m: [deepseek/deepseek-flash, ollama-cloud/deepseek-v4-flash]
            """;

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);
    private final Clocks clocks = new Clocks(Ticker.SYSTEM, clock);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @Test
    void thePeakHourTurnsTheChainRoundAndIsBookedAtItsPrice() throws IOException { // check 138
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS, clocks)) {
            clock.set("2026-11-23T02:00:00Z"); // Monday
            upstream.bill().price("deepseek/deepseek-flash", "0.3", "0.006", "1.2");
            upstream.bill().price("ollama-cloud/deepseek-v4-flash", "0.22", "0.007", "0.66");
            assertThat(gateway.chat("m").header("x-sluice-provider")).isEqualTo("ollama-cloud");
            assertThat(gateway.chat("deepseek/deepseek-flash").status()).isEqualTo(200);
            clock.set("2026-11-22T02:00:00Z"); // Sunday
            upstream.bill().price("deepseek/deepseek-flash", "0.15", "0.003", "0.6");
            assertThat(gateway.chat("m").header("x-sluice-provider")).isEqualTo("deepseek");
            clock.set("2026-11-23T13:00:00Z");
            upstream.bill().price("ollama-cloud/deepseek-v4-flash", "0.44", "0.014", "1.32");
            assertThat(gateway.chat("m").header("x-sluice-provider")).isEqualTo("deepseek");
            assertThat(gateway.chat("ollama-cloud/deepseek-v4-flash").status()).isEqualTo(200);
        }
    }

    @Test
    void oneTokenPastTheTierTheWholeRequestIsDearer() throws IOException { // check 150, B09
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS, clocks)) {
            upstream.bill().price("openai/gpt-6-sol", "2", "0.20", "10");
            upstream.on("openai", Answers.of("Hi").tokens(272_000, 1_000, 100));
            assertThat(gateway.stream("openai/gpt-6-sol").status()).isEqualTo(200);
            upstream.bill().price("openai/gpt-6-sol", "4", "0.4", "15");
            upstream.on("openai", Answers.of("Hi").tokens(272_001, 1_000, 100));
            assertThat(gateway.stream("openai/gpt-6-sol").status()).isEqualTo(200);
        }
    }

    @Test
    void anUnknownModelIsUnpricedAndNotPricedLikeItsNeighbour() throws IOException { // check 151
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS, clocks)) {
            Reply reply = gateway.chat("openai/gpt-6-sol-next");
            assertThat(reply.status()).isEqualTo(200);
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.costKind()).isEqualTo("UNPRICED");
            assertThat(row.cost()).isEqualTo(-1);
            assertThat(reply.header("x-sluice-cost")).isNotEqualTo("0");
        }
    }

    @Test
    void aPriceThatBeginsAtMidnightHoldsFromMidnightWithoutARestart(@TempDir Path folder)
            throws IOException { // check 152
        Path prices = folder.resolve("prices.csv");
        Files.writeString(prices, """
                provider,model,valid_from,valid_to,input,output
                openai-compatible,gemini-4-argon,,2026-12-01T00:00:00Z,2,10
                openai-compatible,gemini-4-argon,2026-12-01T00:00:00Z,,4,20
                """);
        String own = TestGateway.QUICK + "prices: " + prices + "\n" + """
                providers:
                  mine: {kind: openai-compatible, url: $UP/mine, free: false}
                """;
        try (TestGateway gateway = TestGateway.start(upstream, own, clocks)) {
            clock.set("2026-11-30T23:59:59Z");
            upstream.bill().price("mine/gemini-4-argon", "2", "2", "10");
            assertThat(gateway.chat("mine/gemini-4-argon").header("x-sluice-cost"))
                    .isEqualTo("0.00004");
            clock.set("2026-12-01T00:00:00Z");
            upstream.bill().price("mine/gemini-4-argon", "4", "4", "20");
            assertThat(gateway.chat("mine/gemini-4-argon").header("x-sluice-cost"))
                    .isEqualTo("0.00008");
        }
    }

    /** A place came free only after the hour at which the price doubles. */
    @Test
    void whatWaitedForAPlaceCostsWhatHoldsWhenItLeaves() throws Exception { // protocols 5.3
        CountDownLatch go = new CountDownLatch(1);
        upstream.on("deepseek", visit -> {
            Answers answer = Answers.of("ok").tokens(1_000, 0, 1_000);
            answer.charge(visit);
            go.await(20, TimeUnit.SECONDS);
            visit.reply(200, "application/json", answer.body(visit.request()));
        });
        upstream.bill().price("deepseek/deepseek-flash", "0.15", "0.003", "0.60");
        String narrow = TestGateway.QUICK + """
                requests: {place: 30s}
                providers:
                  deepseek: {url: $UP/deepseek, key: k, concurrency: 1}
                """;
        clock.set("2026-11-24T00:59:59Z");
        try (TestGateway gateway = TestGateway.start(upstream, narrow, clocks);
                RawClient first = gateway.connect();
                RawClient second = gateway.connect()) {
            String body = TestGateway.chatBody("deepseek/deepseek-flash", false);
            first.post("/v1/chat/completions", body);
            upstream.awaitVisit(1);
            second.post("/v1/chat/completions", body);
            TestGateway.await("one waits", () -> gateway.get("/health").body().contains("\"waiting\":1"));
            clock.set("2026-11-24T01:00:00Z");
            upstream.bill().price("deepseek/deepseek-flash", "0.30", "0.006", "1.20");
            go.countDown();
            second.readUntil("\"ok\"");
            assertThat(gateway.awaitLedger(2))
                    .extracting(LedgerRow::cost)
                    .containsExactlyInAnyOrder(750_000L, 1_500_000L);
        }
    }
}
