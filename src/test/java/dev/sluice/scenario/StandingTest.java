package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limit.BreakerConfig;
import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which failure takes a provider out of the chain, for how long, and what brings it back. */
class StandingTest {
    private static final Answers GOOD = Answers.of("ok");
    private static final String CHAIN = TestGateway.QUICK + """
            credit-check: 40ms
            server: {idle-connection: 1000h}
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              openrouter: {url: $UP/openrouter, key: k2}
              ollama-cloud: {url: $UP/ollama-cloud, key: k3}
            models:
              m: {order: written, chain: [deepseek/deepseek-flash, openrouter/deepseek/deepseek-v3.2]}
              n: {order: written, chain: [ollama-cloud/deepseek-v4-flash, deepseek/deepseek-flash]}
              alone: {order: written, chain: [deepseek/deepseek-flash]}
            """;

    private final HandTicker ticker = new HandTicker();
    private final Clocks clocks = new Clocks(ticker, new HandClock(TestGateway.QUIET_DAY));

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .charging("deepseek/deepseek-v4-pro", "0.66", "0.022", "1.98")
            .charging("openrouter/deepseek/deepseek-v3.2", "0.269", "0.1345", "0.4")
            .charging("ollama-cloud/deepseek-v4-flash", "0.22", "0.007", "0.66")
            .on("deepseek", GOOD)
            .on("openrouter", GOOD)
            .on("ollama-cloud", GOOD);

    private static String by(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.header("x-sluice-provider");
    }

    @Test
    void anEmptyAccountIsPassedOverAtOnceAndComesBackWhenThereIsMoney() throws IOException { // check 139, F06
        upstream.on("deepseek", Scripts.status(402, "Insufficient Balance"), GOOD)
                .page("deepseek/user/balance", "{\"is_available\":false,\"balance_infos\":[]}");
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks)) {
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            int asked = upstream.pageCount("deepseek/user/balance");
            TestGateway.await("asked twice more", () -> upstream.pageCount("deepseek/user/balance") >= asked + 2);
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            assertThat(upstream.visits("deepseek")).hasSize(1);
            upstream.page("deepseek/user/balance", "{\"is_available\":true,\"balance_infos\":[]}");
            TestGateway.await("back", () -> !gateway.get("/health").body().contains("credit_exhausted"));
            assertThat(by(gateway.chat("m"))).isEqualTo("deepseek");
        }
    }

    @Test
    void anAllowanceUsedUpIsNotAskedAgainForMinutesAndThenOnce() throws IOException { // check 140
        String words = "you have reached your weekly usage limit, upgrade for higher limits";
        upstream.on("ollama-cloud", Scripts.status(429, words, "retry-after: 1"), Scripts.status(429, words), GOOD);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks)) {
            assertThat(by(gateway.chat("n"))).isEqualTo("deepseek");
            ticker.advance(Duration.ofSeconds(299));
            assertThat(by(gateway.chat("n"))).isEqualTo("deepseek");
            assertThat(upstream.visits("ollama-cloud")).hasSize(1);
            ticker.advance(Duration.ofSeconds(2));
            assertThat(by(gateway.chat("n"))).isEqualTo("deepseek");
            assertThat(upstream.visits("ollama-cloud")).hasSize(2);
            ticker.advance(Duration.ofSeconds(301));
            assertThat(by(gateway.chat("n"))).isEqualTo("ollama-cloud");
        }
    }

    @Test
    void aWaitOfFortyTwoSecondsIsFortyTwoSeconds() throws IOException { // check 141
        upstream.on("deepseek", Scripts.status(429, "slow down", "retry-after: 42"), GOOD);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks)) {
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            ticker.advance(Duration.ofSeconds(41));
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            ticker.advance(Duration.ofMillis(1_100));
            assertThat(by(gateway.chat("m"))).isEqualTo("deepseek");
        }
    }

    @Test
    void noWishForAWaitIsWaitedOutWithoutBoundOrMisread() throws IOException { // check 141, F07
        for (String wish : List.of(
                "198300",
                "99999999",
                "99999999999999999999",
                "-1",
                "soon",
                "Sat, 21 Nov 2026 23:00:00 GMT",
                "1e9",
                "")) {
            upstream.on("deepseek", Scripts.status(429, "slow down", "retry-after: " + wish), GOOD);
            try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks)) {
                assertThat(by(gateway.chat("m"))).as(wish).isEqualTo("openrouter");
                ticker.advance(Duration.ofSeconds(61));
                assertThat(by(gateway.chat("m"))).as(wish).isEqualTo("deepseek");
            }
        }
    }

    @Test
    void aShortWaitIsWaitedOutAtTheSameProviderOnce() throws Exception { // check 141, F07
        upstream.on("deepseek", Scripts.status(429, "slow down", "retry-after: 3"), GOOD);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks);
                RawClient client = gateway.connect()) {
            client.post("/v1/chat/completions", TestGateway.chatBody("m", false));
            upstream.awaitVisit(1).isOver(Duration.ofSeconds(5));
            TestGateway.await("the wait is over", () -> {
                ticker.advance(Duration.ofMillis(100));
                return upstream.visits().size() == 2;
            });
            client.readUntil("\"ok\"");
            assertThat(upstream.visits("deepseek")).hasSize(2);
        }
    }

    @Test
    void aRefusedKeyIsNotTriedAgainAndTheOthersServe() throws IOException { // check 142, F05
        upstream.on("deepseek", Scripts.status(401, "Authentication Fails"), GOOD);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks)) {
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            ticker.advance(Duration.ofHours(30));
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            assertThat(upstream.visits("deepseek")).hasSize(1);
            assertThat(gateway.get("/health").body())
                    .contains("\"key_refused\":[\"deepseek\"]", "\"standing\":\"key_refused\"");
            assertThat(gateway.get("/stats").body()).contains("\"deepseek\":{\"standing\":\"key_refused\"");
            assertThat(gateway.get("/metrics").body())
                    .containsPattern("sluice_provider_key_refused\\{[^}]*deepseek[^}]*} 1")
                    .containsPattern("sluice_provider_key_refused\\{[^}]*openrouter[^}]*} 0");
            Reply alone = gateway.chat("alone");
            assertThat(alone.status()).isEqualTo(503);
            assertThat(alone.body()).doesNotContain("Authentication");
        }
    }

    @Test
    void theLastRefusalForSpeedIsShownWithItsWishAndHowManyWereRunning() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        upstream.on(
                "deepseek",
                visit -> {
                    go.await(20, TimeUnit.SECONDS);
                    GOOD.play(visit);
                },
                Scripts.status(429, "slow down", "retry-after: 42"));
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks);
                RawClient first = gateway.connect()) {
            assertThat(gateway.get("/stats").body()).contains("\"last_429\":null");
            first.post("/v1/chat/completions", TestGateway.chatBody("m", false));
            upstream.awaitVisit(1);
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            assertThat(gateway.get("/stats").body())
                    .contains("\"last_429\":{\"retry_after_seconds\":42.0,\"running\":2}");
            go.countDown();
            first.readUntil("\"ok\"");
        }
    }

    @Test
    void theSecondAndLongerWaitHolds() throws IOException { // F08
        upstream.on("deepseek/deepseek-flash", Scripts.status(429, "slow", "retry-after: 10"), GOOD);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks)) {
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            ticker.advance(Duration.ofSeconds(9));
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            ticker.advance(Duration.ofSeconds(2));
            assertThat(by(gateway.chat("m"))).isEqualTo("deepseek");
        }
    }

    /** So many calls fail that its breaker opens. */
    private static void openBreaker(TestGateway gateway) {
        for (int call = 0; call < BreakerConfig.DEFAULT.failures(); call++) {
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
        }
        assertThat(gateway.get("/health").body()).contains("\"deepseek\":{\"circuit_breaker\":\"open\"");
    }

    @Test
    void aHalfOpenBreakerLetsOneCallTryAndAProbeThatLeavesGivesItsPlaceBack() throws Exception { // F09, F10
        CountDownLatch heal = new CountDownLatch(1);
        upstream.on("deepseek", Scripts.status(500, "down"));
        String once = CHAIN.replace("retry: {first: 5ms, longest: 10ms}", "retry: {retries: 0}");
        try (TestGateway gateway = TestGateway.start(upstream, once, clocks).withoutSums()) {
            openBreaker(gateway);
            int before = upstream.visits("deepseek").size();
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            assertThat(upstream.visits("deepseek")).hasSize(before);
            upstream.on("deepseek", visit -> {
                heal.await(20, TimeUnit.SECONDS);
                GOOD.play(visit);
            });
            ticker.advance(Duration.ofSeconds(31));
            RawClient leaver = gateway.connect();
            leaver.post("/v1/chat/completions", TestGateway.chatBody("m", false));
            TestGateway.await(
                    "the probe is out", () -> upstream.visits("deepseek").size() == before + 1);
            for (int i = 0; i < 10; i++) {
                assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            }
            assertThat(upstream.visits("deepseek")).hasSize(before + 1);
            leaver.reset();
            assertThat(upstream.visits("deepseek").get(before).sawHangUp(Duration.ofSeconds(5)))
                    .isTrue();
            heal.countDown();
            assertThat(by(gateway.chat("m"))).isEqualTo("deepseek");
            assertThat(gateway.get("/health").body()).doesNotContain("\"open\"").doesNotContain("half_open");
        }
    }

    @Test
    void aModelThatIsGoneIsLeftOutAndItsProviderStays() throws IOException { // F04
        upstream.on("deepseek/deepseek-flash", Scripts.status(404, "Model not exist"));
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN, clocks)) {
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            assertThat(by(gateway.chat("m"))).isEqualTo("openrouter");
            assertThat(upstream.visits("deepseek")).hasSize(1);
            assertThat(by(gateway.chat("deepseek/deepseek-v4-pro"))).isEqualTo("deepseek");
        }
    }
}
