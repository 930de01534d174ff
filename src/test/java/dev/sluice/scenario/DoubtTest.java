package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Figures;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
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

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

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
            assertThat(Figures.of(gateway.get("/stats").body()).used()).isPositive();
            assertThat(gateway.get("/metrics").body())
                    .containsPattern("sluice_cost_nanodollars_total\\{[^}]*deepseek-flash[^}]*\\} [1-9]");
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

    // ---- asking OpenRouter

    private static final String OPENROUTER = """
            access-log: none
            providers:
              openrouter: {url: $UP/openrouter, key: k2}
            retry: {retries: 0}
            breaker: {failures: 1000, calls: 1000}
            spending: {wait: 0s, least-output: 0, in-doubt: 24h}
            budgets:
              - {scope: gateway, amount: 0.005, period: month}
            """;
    private static final String ASKED = """
            {"model":"openrouter/deepseek/deepseek-v3.2","messages":[{"role":"user","content":"Hi"}],
            "max_tokens":LONG,"stream":true}""";
    private static final String PAGE = "openrouter/generation?id=c1";

    private TestGateway openRouter(String settings) throws IOException {
        return TestGateway.start(upstream, settings, new Clocks(Ticker.SYSTEM, clock))
                .withoutSums();
    }

    /** The provider names its answer and breaks off before any content. */
    private void breakOff(TestGateway gateway, int longest, int attempts) {
        upstream.on("openrouter", Scripts.cutAfter(Answers.of("never"), 1, Scripts.Cut.FIN));
        gateway.post("/v1/chat/completions", ASKED.replace("LONG", Integer.toString(longest)));
        assertThat(gateway.awaitRow(attempts).state()).isEqualTo("IN_DOUBT");
        upstream.on("openrouter", Answers.of("Hello"));
    }

    private static String charged(TestGateway gateway) {
        return gateway.get("/admin/usage?by=provider").body();
    }

    @Test
    void itIsSettledAtWhatOpenRouterSaysItCharged() throws Exception { // L17
        try (TestGateway gateway = openRouter(OPENROUTER)) {
            upstream.page(PAGE, "{\"data\":{\"id\":\"c1\",\"total_cost\":0.0001234567}}");
            breakOff(gateway, 8_000, 1);
            assertThat(gateway.post("/v1/chat/completions", ASKED.replace("LONG", "8000"))
                            .status())
                    .as("its bound is taken")
                    .isEqualTo(429);
            assertThat(gateway.resolveDoubts()).isEqualTo(1);
            assertThat(gateway.resolveDoubts())
                    .as("before the archive knows it")
                    .isZero();
            assertThat(gateway.get("/stats").body())
                    .contains("\"used\":\"0.000123457\",\"held\":\"0\",\"in_doubt\":\"0\"");
            TestGateway.await("the archive knows", () -> charged(gateway).contains("\"cost_usd\":0.000123457,"));
            assertThat(gateway.resolveDoubts()).isZero();
            assertThat(upstream.pageCount(PAGE)).isEqualTo(1);
            assertThat(gateway.post("/v1/chat/completions", ASKED.replace("LONG", "8000"))
                            .status())
                    .isEqualTo(200);
            clock.advance(Duration.ofHours(30));
            assertThat(gateway.resolveDoubts()).isZero();
            assertThat(charged(gateway)).contains("\"in_doubt\":0,");
        }
    }

    @Test
    void theNameInTheHeadIsAskedAboutWhereNoBodyCame() throws Exception { // L17
        String named = "gen-1732" + "0".repeat(40);
        upstream.page("openrouter/generation?id=" + named, "{\"data\":{\"total_cost\":0.00002}}");
        upstream.on("openrouter", visit -> {
            visit.begin(200, "text/event-stream", "x-generation-id: " + named);
            visit.send(": OPENROUTER PROCESSING\n\n");
            visit.close();
        });
        try (TestGateway gateway = openRouter(OPENROUTER)) {
            gateway.post("/v1/chat/completions", ASKED.replace("LONG", "8000"));
            assertThat(gateway.awaitRow(1).state()).isEqualTo("IN_DOUBT");
            assertThat(gateway.resolveDoubts()).isEqualTo(1);
            assertThat(gateway.get("/stats").body()).contains("\"used\":\"0.00002\",\"held\":\"0\"");
        }
    }

    @Test
    void aNameThatCannotBeOneIsNotAskedAbout() throws Exception {
        upstream.on("openrouter", visit -> {
            visit.begin(200, "text/event-stream", "x-generation-id: " + "a".repeat(129));
            visit.close();
        });
        try (TestGateway gateway = openRouter(OPENROUTER)) {
            gateway.post("/v1/chat/completions", ASKED.replace("LONG", "8000"));
            assertThat(gateway.awaitRow(1).state()).isEqualTo("IN_DOUBT");
            assertThat(gateway.resolveDoubts()).isZero();
            assertThat(upstream.pageCount("openrouter/generation?id=" + "a".repeat(129)))
                    .isZero();
        }
    }

    @Test
    void whatOpenRouterDoesNotKnowStaysInDoubtUntilItsTime() throws Exception {
        try (TestGateway gateway = openRouter(OPENROUTER)) {
            breakOff(gateway, 8_000, 1);
            for (int minutes : new int[] {0, 1, 1, 1, 1, 1, 1, 1}) { // asked after 0, 1, 3 and 7 minutes
                clock.advance(Duration.ofMinutes(minutes));
                assertThat(gateway.resolveDoubts()).isZero();
            }
            assertThat(upstream.pageCount(PAGE)).isEqualTo(4);
            clock.advance(Duration.ofHours(24));
            assertThat(gateway.resolveDoubts()).as("at its bound").isEqualTo(1);
            assertThat(upstream.pageCount(PAGE)).as("asked a last time").isEqualTo(5);
            long bound = gateway.ledger().getFirst().bound();
            TestGateway.await(
                    "the archive knows",
                    () -> charged(gateway)
                            .contains("\"cost_usd\":"
                                    + BigDecimal.valueOf(bound, 9).stripTrailingZeros() + ","));
            assertThat(gateway.resolveDoubts()).isZero();
        }
    }

    @Test
    void whereOpenRouterSaysNonsenseItIsAskedAgainLater() throws Exception {
        try (TestGateway gateway = openRouter(OPENROUTER)) {
            breakOff(gateway, 8_000, 1);
            upstream.page(PAGE, 500, "oops");
            assertThat(gateway.resolveDoubts()).isZero();
            clock.advance(Duration.ofMinutes(1));
            upstream.page(PAGE, "oops");
            assertThat(gateway.resolveDoubts()).isZero();
            clock.advance(Duration.ofMinutes(2));
            upstream.page(PAGE, "{\"data\":{\"total_cost\":1E-999999999}}");
            assertThat(gateway.resolveDoubts()).isZero();
            clock.advance(Duration.ofMinutes(4));
            upstream.page(PAGE, "{\"data\":{\"total_cost\":0}}");
            assertThat(gateway.resolveDoubts()).as("nothing was charged").isEqualTo(1);
            assertThat(upstream.pageCount(PAGE)).isEqualTo(4);
            assertThat(gateway.get("/stats").body()).contains("\"used\":\"0\",\"held\":\"0\",\"in_doubt\":\"0\"");
        }
    }

    @Test
    void oneRoundAsksABoundedNumberOfTimes() throws Exception {
        try (TestGateway gateway = openRouter(OPENROUTER.replace("amount: 0.005", "amount: 5"))) {
            for (int attempt = 1; attempt <= 25; attempt++) {
                breakOff(gateway, 10, attempt);
            }
            assertThat(gateway.resolveDoubts()).isZero();
            assertThat(upstream.pageCount(PAGE)).isEqualTo(20);
            assertThat(gateway.resolveDoubts()).isZero();
            assertThat(upstream.pageCount(PAGE)).as("the rest").isEqualTo(25);
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
