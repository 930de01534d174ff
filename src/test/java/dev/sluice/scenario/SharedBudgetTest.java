package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RealRedis;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.SharingGateways;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** One budget for several gateways holds under any number of calls at once, and whatever becomes of what they share. */
class SharedBudgetTest {
    private static final int GATEWAYS = 4;
    private static final String PROVIDERS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 2000, queue: 2000}
              ollama: {url: $UP/ollama, concurrency: 500}
            """;
    private static final String BODY = """
            {"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}],"max_tokens":1000}""";

    private final Clocks clocks = new Clocks(Ticker.SYSTEM, new HandClock(TestGateway.QUIET_DAY));

    @AutoClose
    private final RealRedis redis = RealRedis.start();

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    private SharingGateways gateways(String settings) throws IOException {
        return SharingGateways.start(GATEWAYS, upstream, redis, PROVIDERS + settings, clocks);
    }

    private static String dollars(long nanos) {
        return BigDecimal.valueOf(nanos, 9).toPlainString();
    }

    /** What such a call may cost at most. */
    private long bound() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS, clocks)) {
            gateway.post("/v1/chat/completions", BODY);
            return gateway.awaitRow(1).bound();
        }
    }

    private static long count(List<Reply> replies, int status) {
        return replies.stream().filter(reply -> reply.status() == status).count();
    }

    @Test
    void ofAThousandCallsAtOnceAtFourGatewaysExactlyThoseThatFitPass() throws Exception { // B02, G1
        long bound = bound();
        int bursts = Integer.getInteger("sluice.bursts", 3);
        for (long seed = 1; seed <= bursts; seed++) {
            burst(seed, bound);
        }
        System.out.println(bursts + " bursts at " + GATEWAYS + " gateways");
    }

    private void burst(long seed, long bound) throws Exception {
        int before = upstream.visits().size();
        CountDownLatch decided = new CountDownLatch(900);
        Random random = new Random(seed);
        upstream.on("deepseek", visit -> {
            decided.await();
            Answers answer;
            synchronized (random) {
                answer = Answers.of("Hello").tokens(20 + random.nextInt(60), 0, random.nextInt(1000));
            }
            answer.play(visit);
        });
        try (SharingGateways gateways = gateways("""
                spending: {wait: 0s, least-output: 0}
                budgets:
                  - {scope: gateway, amount: %s, period: day}
                """.formatted(dollars(bound * 100 + bound / 2)))) {
            List<Reply> replies = gateways.together(1000, BODY, reply -> {
                if (reply.status() != 200) {
                    decided.countDown();
                }
            });
            assertThat(count(replies, 200)).as("seed %d", seed).isEqualTo(100);
            assertThat(upstream.visits().size() - before).isEqualTo(100);
            assertThat(replies.stream().filter(reply -> reply.status() != 200).toList())
                    .hasSize(900)
                    .allSatisfy(reply -> {
                        assertThat(reply.status()).isEqualTo(429);
                        assertThat(reply.body())
                                .contains("\"code\":\"budget_exceeded\"", "the limit of gateway a day has $");
                        assertThat(reply.header("x-should-retry")).isEqualTo("false");
                    });
            long booked = gateways.awaitLedgers(100).stream()
                    .mapToLong(LedgerRow::cost)
                    .sum();
            long charged = upstream.visits().stream()
                    .skip(before)
                    .mapToLong(visit -> upstream.bill()
                            .charged()
                            .getOrDefault(visit.request().attemptId(), 0L))
                    .sum();
            assertThat(booked).as("all ledgers together").isEqualTo(charged);
            for (int which = 0; which < GATEWAYS; which++) {
                int one = which; // With no wait set it is refused until it has heard of the others' ends.
                TestGateway.await(
                        "all holds are given back",
                        () -> gateways.post(one, BODY).status() == 200);
            }
        }
    }

    @Test
    void ofTwoHundredCallsAtFourGatewaysWithOneLeftOfTheDayExactlyOnePasses() throws Exception { // B02, B23
        try (SharingGateways gateways = gateways("""
                tiers:
                  free: {routes: local, calls-per-day: 5}
                keys:
                  - {name: f, key: free-key, tier: free}
                """)) {
            String body = TestGateway.chatBody("small", false);
            String[] key = {"authorization", "Bearer free-key"};
            for (int which = 0; which < GATEWAYS; which++) {
                Reply reply = gateways.post(which, body, key);
                assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            }
            List<Reply> replies = gateways.together(200, body, _ -> {}, key);
            assertThat(count(replies, 200)).isEqualTo(1);
            assertThat(replies.stream().filter(reply -> reply.status() != 200))
                    .hasSize(199)
                    .allSatisfy(reply -> {
                        assertThat(reply.status()).isEqualTo(429);
                        assertThat(reply.body()).contains("tier free a day may make 5 calls, and they are used up");
                    });
        }
    }

    @Test
    void onlySoManyCallsRunAtOnceAtAllGatewaysTogether() throws Exception {
        CountDownLatch refused = new CountDownLatch(37);
        upstream.on("ollama", visit -> {
            refused.await();
            Answers.of("Hello").play(visit);
        });
        try (SharingGateways gateways = gateways("""
                tiers:
                  premium: {routes: hybrid, concurrency: 3}
                keys:
                  - {name: p, key: premium-key, tier: premium}
                """)) {
            String body = TestGateway.chatBody("small", false);
            String[] key = {"authorization", "Bearer premium-key"};
            List<Reply> replies = gateways.together(
                    40,
                    body,
                    reply -> {
                        if (reply.status() == 429) {
                            refused.countDown();
                        }
                    },
                    key);
            assertThat(count(replies, 200)).isEqualTo(3);
            assertThat(count(replies, 429)).isEqualTo(37);
            TestGateway.await(
                    "places are given back", () -> gateways.post(1, body, key).status() == 200);
        }
    }

    @Test
    void aServerThatIsLostUnderLoadOverspendsNothing() throws Exception { // G14
        upstream.on("deepseek", visit -> {
            long output = ThreadLocalRandom.current().nextLong(1000);
            Answers.of("Hello").tokens(30, 0, output).play(visit);
        });
        long amount = bound() * 60;
        int before = upstream.visits().size();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger refusedForTheStore = new AtomicInteger();
        try (SharingGateways gateways = gateways("""
                spending: {wait: 100ms, least-output: 0}
                budgets:
                  - {scope: gateway, amount: %s, period: day}
                """.formatted(dollars(amount)))) {
            Thread load = Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    try {
                        gateways.together(8, BODY, reply -> {
                            if (reply.status() == 503) {
                                refusedForTheStore.incrementAndGet();
                                assertThat(reply.body())
                                        .contains("shared by several gateways", "shared_budgets_unavailable");
                            } else {
                                assertThat(reply.status()).isIn(200, 429);
                            }
                        });
                    } catch (Exception failed) {
                        throw new AssertionError(failed);
                    }
                }
            });
            TestGateway.await("it is under load", () -> upstream.visits().size() > before + 8);
            redis.stop();
            TestGateway.await("it is noticed", () -> refusedForTheStore.get() > 8);
            redis.startAgain();
            int then = upstream.visits().size();
            TestGateway.await("it is back", () -> upstream.visits().size() > then);
            redis.stop();
            redis.startEmpty();
            int seen = refusedForTheStore.get();
            TestGateway.await(
                    "the budget is spent", () -> gateways.post(0, BODY).status() == 429);
            over.set(true);
            load.join();
            assertThat(gateways.post(1, BODY).status()).isEqualTo(429);
            assertThat(seen).isPositive();
            gateways.awaitLedgers(upstream.visits().size() - before);
            assertThat(gateways.spent()).isBetween(amount * 9 / 10, amount);
            System.out.println("of " + amount + " spent " + gateways.spent() + ", refused for the store: "
                    + refusedForTheStore.get());
        }
    }

    @Test
    void withoutTheServerAStartIsPossibleAndWhatCostsNothingStaysOpen() throws Exception {
        redis.stop();
        try (SharingGateways gateways = gateways("""
                budgets:
                  - {scope: gateway, amount: 1, period: day}
                """)) {
            TestGateway.await("it refuses", () -> gateways.post(0, BODY).status() == 503);
            Reply refused = gateways.post(0, BODY);
            assertThat(refused.body())
                    .contains("the limit of gateway a day is shared by several gateways, and the store of the shared"
                            + " budgets cannot be reached");
            assertThat(gateways.post(0, TestGateway.chatBody("small", false)).status())
                    .isEqualTo(200);
            assertThat(gateways.get(0, "/stats").body()).contains("\"shared_budgets\":{\"reachable\":false");
            redis.startAgain();
            TestGateway.await("it is back", () -> gateways.post(0, BODY).status() == 200);
        }
    }

    @Test
    void aGatewayThatStartsAgainKnowsItsOwnAndTheOthersPart() throws Exception {
        upstream.on("deepseek", Answers.of("Hello").tokens(60, 0, 1000)); // 0.000609
        try (SharingGateways gateways = gateways("""
                spending: {wait: 0s, least-output: 0}
                budgets:
                  - {scope: gateway, amount: 0.0025, period: day, marks: [50]}
                """)) {
            assertThat(gateways.post(0, BODY).status()).isEqualTo(200);
            assertThat(gateways.post(1, BODY).status()).isEqualTo(200);
            gateways.restart(0);
            assertThat(gateways.post(0, BODY).status()).isEqualTo(200);
            gateways.restart(1);
            assertThat(gateways.post(2, BODY).status()).isEqualTo(200);
            for (int which = 0; which < GATEWAYS; which++) {
                assertThat(gateways.post(which, BODY).status())
                        .as("less is left than one may take")
                        .isEqualTo(429);
            }
            assertThat(gateways.get(0, "/stats").body()).containsOnlyOnce("\"kind\":\"mark_crossed\"");
            assertThat(gateways.get(2, "/stats").body()).containsOnlyOnce("\"kind\":\"mark_crossed\"");
        }
    }

    @Test
    void anAmountThatIsChangedWhileAllRunIsKeptToByAllOfThem() throws Exception {
        upstream.on("deepseek", Answers.of("Hello").tokens(60, 0, 1000));
        long cost = 609_000;
        long bound = bound();
        String most = """
                spending: {wait: 0s, least-output: 0}
                budgets:
                  - {scope: gateway, amount: %s, period: day}
                """;
        int before = upstream.visits().size();
        try (SharingGateways gateways = gateways(most.formatted(dollars(2 * cost + bound)))) {
            spendAll(gateways);
            assertThat(upstream.visits().size() - before).isEqualTo(3);
            gateways.reload(PROVIDERS + most.formatted(dollars(7 * cost + bound)));
            spendAll(gateways);
            assertThat(upstream.visits().size() - before).isEqualTo(8);
            gateways.reload(PROVIDERS + most.formatted(dollars(5 * cost)));
            spendAll(gateways);
            assertThat(upstream.visits().size() - before).isEqualTo(8);
            gateways.awaitLedgers(8);
            assertThat(gateways.spent()).isEqualTo(8 * cost);
        }
    }

    private static void spendAll(SharingGateways gateways) {
        TestGateway.await(
                "all of them refuse",
                () -> IntStream.range(0, GATEWAYS)
                        .allMatch(which -> gateways.post(which, BODY).status() == 429));
    }
}
