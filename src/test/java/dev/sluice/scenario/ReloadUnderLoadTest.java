package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Figures;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Settings that change while calls run hold for those that come, to the cent; those under way end as they began. */
class ReloadUnderLoadTest {
    private static final String PROVIDERS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            breaker: {failures: 10, calls: 10, window: 1ms}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 2000, queue: 2000}
            """;
    private static final String BODY = """
            {"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}],"max_tokens":1000,"stream":false}""";
    private static final String STREAM = BODY.replace("\"stream\":false", "\"stream\":true");

    private final Clocks clocks = new Clocks(Ticker.SYSTEM, new HandClock(TestGateway.QUIET_DAY));

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    private TestGateway gateway(String settings) throws IOException {
        return TestGateway.watching(upstream, PROVIDERS + settings, clocks);
    }

    private static Reply chat(TestGateway gateway, String body, String key) {
        return key.isEmpty()
                ? gateway.post("/v1/chat/completions", body)
                : gateway.post("/v1/chat/completions", body, "authorization", "Bearer " + key);
    }

    private static String stats(TestGateway gateway, String... headers) {
        return gateway.get("/stats", headers).body();
    }

    /** A stream that has begun and goes on when it is let go. */
    private static Script held(CountDownLatch begun, CountDownLatch go) {
        return visit -> {
            Answers answer = Answers.of("Hello", "again").tokens(50, 0, 20);
            List<String> frames = answer.frames(visit.request());
            visit.begin(200, Answers.contentType(visit.request()));
            visit.send(frames.get(0) + frames.get(1));
            begun.countDown();
            go.await();
            answer.charge(visit);
            visit.send(String.join("", frames.subList(2, frames.size())));
            visit.end();
        };
    }

    @Test
    void aLowerBudgetAnotherTierAndARevokedKeyHoldForNewCallsWhileFiftyStreamsEndAsTheyBegan() throws Exception { // B06
        String settings = """
                spending: {wait: 0s, least-output: 0}
                keys:
                  - {name: boss, key: boss-key, admin: true}
                  - {name: shop, key: shop-key, tier: premium}
                """;
        CountDownLatch begun = new CountDownLatch(50);
        CountDownLatch go = new CountDownLatch(1);
        try (TestGateway gateway = gateway(settings + """
                  - {name: old, key: old-key}
                tiers: {premium: {calls-per-day: 1000}}
                budgets: [{scope: gateway, amount: 10, period: day}]
                """);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            upstream.on("deepseek", held(begun, go));
            List<Future<Reply>> streams = new ArrayList<>();
            for (int call = 0; call < 50; call++) {
                String key = List.of("shop-key", "old-key").get(call % 2);
                streams.add(threads.submit(() -> chat(gateway, STREAM, key)));
            }
            begun.await();
            upstream.on("deepseek", Answers.of("Hello"));
            assertThat(chat(gateway, BODY, "old-key").status()).isEqualTo(200);
            gateway.rewrite(PROVIDERS + settings + """
                    tiers: {premium: {calls-per-day: 25}}
                    budgets: [{scope: gateway, amount: 0.01, period: day}]
                    """);
            TestGateway.await(
                    "the key is revoked", () -> chat(gateway, BODY, "old-key").status() == 401);
            assertThat(chat(gateway, BODY, "boss-key").body())
                    .contains("budget_exceeded", "has $0 of $0.01 left", "more held by calls under way");
            assertThat(chat(gateway, BODY, "shop-key").body()).contains("tier premium a day may make 25 calls");
            go.countDown();
            for (Future<Reply> stream : streams) {
                assertThat(stream.get().status()).isEqualTo(200);
                assertThat(stream.get().body()).contains("again", "[DONE]");
            }
            assertAllIsUsedAndNothingHeld(gateway);
            assertThat(chat(gateway, BODY, "boss-key").status())
                    .as("what was held is free")
                    .isEqualTo(200);
        }
    }

    private void assertAllIsUsedAndNothingHeld(TestGateway gateway) {
        List<LedgerRow> rows = gateway.awaitLedger(upstream.visits().size());
        assertThat(rows).allSatisfy(row -> assertThat(row.settled()).isTrue());
        String stats = stats(gateway, "authorization", "Bearer boss-key");
        assertThat(Figures.nanos(stats, "gateway a day", "used"))
                .isEqualTo(rows.stream().mapToLong(LedgerRow::cost).sum());
        assertThat(stats).contains("\"holds_open\":0");
    }

    private static Script oneInTwelveDropped(Random random) {
        return visit -> {
            int way;
            int tokens;
            synchronized (random) {
                way = random.nextInt(12);
                tokens = random.nextInt(1000);
            }
            visit.pause(Duration.ofMillis(way));
            if (way == 0) {
                Scripts.drop(Scripts.Cut.FIN).play(visit);
            } else {
                Answers.of("Hello").tokens(20, 0, tokens).play(visit);
            }
        };
    }

    @Test
    void aBudgetThatComesWhileCallsRunKnowsEveryCentBeforeIt() throws Exception {
        upstream.on("deepseek", oneInTwelveDropped(new Random(1)));
        StringBuilder budgets = new StringBuilder("budgets:\n");
        try (TestGateway gateway = gateway("")) {
            for (String period : List.of("week", "day", "total", "month")) {
                budgets.append("  - {scope: gateway, amount: 1000, period: ")
                        .append(period)
                        .append("}\n");
                String limit = period.equals("total") ? "gateway" : "gateway a " + period;
                underLoad(gateway, () -> {
                    int before = upstream.visits().size();
                    upstream.awaitVisit(before + 50);
                    gateway.rewrite(PROVIDERS + budgets);
                    TestGateway.await("the budget holds", () -> Figures.nanos(stats(gateway), limit, "used") >= 0);
                    upstream.awaitVisit(upstream.visits().size() + 50);
                });
                assertCounted(gateway, limit);
            }
        }
    }

    /** The limit has counted every attempt in the ledger, also those before it came. */
    private void assertCounted(TestGateway gateway, String limit) {
        List<LedgerRow> rows = gateway.awaitLedger(upstream.visits().size());
        String stats = stats(gateway);
        assertThat(Figures.nanos(stats, limit, "used"))
                .as(limit)
                .isEqualTo(rows.stream()
                        .filter(LedgerRow::settled)
                        .mapToLong(LedgerRow::cost)
                        .sum());
        assertThat(Figures.nanos(stats, limit, "in_doubt"))
                .as(limit)
                .isEqualTo(rows.stream()
                        .filter(row -> row.state().equals("IN_DOUBT"))
                        .mapToLong(LedgerRow::bound)
                        .sum());
        assertThat(Figures.nanos(stats, limit, "held")).as(limit).isZero();
    }

    private interface Deed {
        void run() throws Exception;
    }

    /** Eight clients call without a pause meanwhile; when it is over all calls have ended. */
    private static void underLoad(TestGateway gateway, Deed deed) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                clients.add(threads.submit(() -> {
                    while (!enough.get()) {
                        chat(gateway, BODY, "");
                    }
                }));
            }
            try {
                deed.run();
            } finally {
                enough.set(true);
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    @Test
    void eachAttemptIsChargedAtThePriceOfItsIntentWhilePricesChange() throws Exception { // B24
        Answers answer = Answers.of("Hello").tokens(100, 0, 20);
        upstream.on("deepseek", answer);
        try (TestGateway gateway = gateway("").withoutSums()) {
            Files.writeString(gateway.data().resolve("prices.csv"), prices(1));
            gateway.rewrite(PROVIDERS + "prices: " + gateway.data().resolve("prices.csv") + "\n");
            assertThat(gateway.post("/admin/reload", "").status()).isEqualTo(200);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                assertThat(cost(chat(gateway, BODY, ""))).isEqualTo(120_000);
                upstream.on("deepseek", held(begun, go), answer);
                Future<Reply> slow = threads.submit(() -> chat(gateway, STREAM, ""));
                begun.await();
                for (int factor = 2; factor <= 4; factor++) {
                    int dollars = factor;
                    underLoad(gateway, () -> {
                        Files.writeString(gateway.data().resolve("prices.csv"), prices(dollars));
                        TestGateway.await(
                                "prices " + dollars, () -> cost(chat(gateway, BODY, "")) == 120_000L * dollars);
                    });
                }
                go.countDown();
                assertThat(slow.get().body()).contains("\"cost\":\"0.00007\"");
            }
            Map<String, Long> versions = new HashMap<>();
            for (LedgerRow row : gateway.awaitLedger(upstream.visits().size())) {
                if (row.input() == 100) {
                    long each = versions.computeIfAbsent(row.priceVersion(), _ -> row.cost());
                    assertThat(row.cost()).as("%s", row).isEqualTo(each);
                }
            }
            assertThat(versions.values()).containsExactlyInAnyOrder(120_000L, 240_000L, 360_000L, 480_000L);
        }
    }

    /** So many dollars a million tokens, read or written. */
    private static String prices(int dollars) {
        return """
                provider,model,input,cached_input,output,source,seen
                deepseek,deepseek-flash,%d,%d,%d,us,2026-11-21
                """.formatted(dollars, dollars, dollars);
    }

    private static long cost(Reply reply) {
        String cost = reply.header("x-sluice-cost");
        return cost.isEmpty() ? -1 : new BigDecimal(cost).movePointRight(9).longValueExact();
    }
}
