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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Free, premium and enterprise: one object in the settings says what each may do. */
class TierTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 500}
              ollama: {url: $UP/ollama, concurrency: 500}
            tiers:
              free: {routes: local, calls-per-day: 5}
              guided: {routes: local, instead: small, models: ["small", "deepseek-*"]}
              premium: {routes: hybrid, calls-per-day: 50, concurrency: 3}
              metered: {tokens-per-day: 9000}
              enterprise: {routes: cloud}
            keys:
              - {name: f, key: free-key, tenant: acme, tier: free}
              - {name: g, key: guided-key, tier: guided}
              - {name: p, key: premium-key, tier: premium, end-users: true}
              - {name: m, key: metered-key, tier: metered}
              - {name: e, key: enterprise-key, tier: enterprise}
            """;

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);

    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock));

    private Reply chat(String key, String model, String... headers) {
        List<String> all = new ArrayList<>(List.of("authorization", "Bearer " + key));
        all.addAll(List.of(headers));
        return gateway.post("/v1/chat/completions", TestGateway.chatBody(model, false), all.toArray(String[]::new));
    }

    /** @param reset "" where nobody knows */
    private static void assertAllowance(Reply reply, String unit, String limit, String remaining, String reset) {
        assertThat(List.of("limit", "remaining", "reset"))
                .extracting(part -> reply.header("x-ratelimit-" + part + "-" + unit))
                .containsExactly(limit, remaining, reset);
    }

    private static List<Reply> together(int calls, Callable<Reply> call) throws Exception {
        List<Reply> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> running = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                running.add(threads.submit(call));
            }
            for (Future<Reply> one : running) {
                replies.add(one.get());
            }
        }
        return replies;
    }

    @Test
    void ofTwoHundredCallsAtOnceWithOneLeftExactlyOnePasses() throws Exception { // B23
        for (int call = 0; call < 4; call++) {
            assertThat(chat("free-key", "small").status()).isEqualTo(200);
        }
        List<Reply> replies = together(200, () -> chat("free-key", "small"));
        assertThat(replies).filteredOn(reply -> reply.status() == 200).hasSize(1);
        assertThat(replies)
                .filteredOn(reply -> reply.status() == 429)
                .hasSize(199)
                .allSatisfy(reply -> {
                    assertThat(reply.body())
                            .contains("tier free a day may make 5 calls, and they are used up; wait for the next day");
                    assertThat(reply.header("x-should-retry")).isEqualTo("false");
                    assertThat(reply.header("retry-after")).isEqualTo("10800");
                    assertAllowance(reply, "requests", "5", "0", "10800000ms");
                });
        clock.advance(Duration.ofHours(3));
        assertThat(chat("free-key", "small").status())
                .as("the next day in Seoul")
                .isEqualTo(200);
    }

    @Test
    void aDaysCallsAreRememberedAfterARestart() throws IOException {
        for (int call = 0; call < 5; call++) {
            assertThat(chat("free-key", "small").status()).isEqualTo(200);
        }
        gateway.restart();
        assertThat(chat("free-key", "small").status()).isEqualTo(429);
    }

    @Test
    void aLocalTierNeverReachesTheCloud() {
        Reply refused = chat("free-key", "deepseek-flash");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("tier 'free' asks local models only", "tier_not_allowed");
        Reply guided = chat("guided-key", "deepseek-flash");
        assertThat(guided.status()).isEqualTo(200);
        assertThat(guided.header("x-sluice-provider")).isEqualTo("ollama");
        assertThat(guided.header("x-sluice-budget")).isEqualTo("tier guided: small instead");
        assertThat(chat("guided-key", "large").status()).isEqualTo(403);
        assertThat(upstream.visits("deepseek")).isEmpty();
        assertThat(chat("enterprise-key", "deepseek-flash").status()).isEqualTo(200);
    }

    @Test
    void onlySoManyCallsOfAPersonRunAtOnce() throws Exception {
        CountDownLatch refused = new CountDownLatch(17);
        upstream.on("ollama", visit -> {
            refused.await();
            Answers.of("Hello").play(visit);
        });
        List<Reply> replies = together(20, () -> {
            Reply reply = chat("premium-key", "small");
            if (reply.status() == 429) {
                refused.countDown();
            }
            return reply;
        });
        assertThat(replies).filteredOn(reply -> reply.status() == 200).hasSize(3);
        assertThat(replies)
                .filteredOn(reply -> reply.status() == 429)
                .hasSize(17)
                .allSatisfy(reply -> assertAllowance(reply, "requests", "3", "0", ""));
        assertThat(chat("premium-key", "small").status())
                .as("places are given back")
                .isEqualTo(200);
    }

    @Test
    void eachEndUserHasTheWholeAllowance() throws Exception { // B04
        upstream.on("ollama", Answers.of("Hello").slowly(Duration.ofMillis(200), Duration.ZERO));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> running = new ArrayList<>();
            for (int call = 0; call < 8; call++) {
                String user = "user-" + call % 4;
                running.add(threads.submit(() -> chat("premium-key", "small", "x-sluice-user", user)));
            }
            for (Future<Reply> one : running) {
                assertThat(one.get().status()).isEqualTo(200);
            }
        }
        assertThat(gateway.awaitLedger(8)).hasSize(8);
    }

    @Test
    void tokensAreHeldAtTheirUpperBoundAndSettledAtTheirCount() { // B23
        upstream.on("ollama", Answers.of("Hello").tokens(1000, 0, 3000));
        assertThat(chat("metered-key", "small").status()).isEqualTo(200);
        assertThat(upstream.last().request().text()).contains("\"num_predict\":8192");
        assertThat(chat("metered-key", "small").status()).isEqualTo(200);
        assertThat(upstream.last().request().text()).as("what is left").containsPattern("\"num_predict\":4[0-9]{3}");
        Reply third = chat("metered-key", "small");
        assertThat(third.status()).isEqualTo(429);
        assertThat(third.body()).contains("tier metered a day", "tokens");
        assertAllowance(third, "tokens", "9000", "1000", "10800000ms");
        assertThat(third.header("x-ratelimit-limit-requests")).isEmpty();
    }
}
