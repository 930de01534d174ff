package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.Visit;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Clients that leave, at any moment and in any way, and clients that stay but do not read. */
class LeavingTest {
    private static final String PROVIDERS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 250}
              openrouter: {url: $UP/openrouter, key: k2}
            models:
              m: {order: written, chain: [deepseek/deepseek-flash, openrouter/deepseek/deepseek-v3.2]}
            server: {stalled-client: 400ms}
            """;
    private static final Duration SOON = Duration.ofSeconds(5);

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    /** Five tokens, and then a long silence. */
    private static final Script FIVE_TOKENS = visit -> {
        visit.begin(200, Answers.contentType(visit.request()));
        List<String> frames =
                Answers.of("one ", "two ", "three ", "four ", "five ").frames(visit.request());
        for (String frame : frames.subList(0, frames.size() - 3)) {
            visit.send(frame);
        }
        visit.sawHangUp(Duration.ofSeconds(30));
    };

    private void noHarmDone(TestGateway gateway) {
        assertThat(gateway.get("/health").body())
                .contains("\"circuit_breaker\":\"closed\"")
                .doesNotContain("\"open\"");
        assertThat(upstream.visits("openrouter")).as("nobody else was asked").isEmpty();
        TestGateway.await(
                "all places are free", () -> gateway.get("/health").body().contains("\"running\":0,\"waiting\":0}"));
    }

    /**
     * The gateway's clock stands still: no time-out can end a call and no heartbeat can meet a closed connection, so what
     * the provider sees follows from the client's leaving and from nothing else. The provider says nothing more either,
     * so there is nothing to be written to a client that is gone. How soon it follows (the goal is 100 ms) hangs on the
     * machine too, so it is told and not asserted; {@link #SOON} is for a machine that is busy with something else.
     */
    @Test
    void aClientThatLeavesAtTokenFiveStopsItsProviderAtOnceAndPaysForFive() throws Exception { // check 146, S05, S08
        upstream.on("deepseek", FIVE_TOKENS);
        List<Duration> took = new ArrayList<>();
        Clocks still = new Clocks(new HandTicker(), new HandClock(TestGateway.QUIET_DAY));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS, still)) {
            for (int i = 0; i < 20; i++) {
                RawClient client = gateway.connect();
                String path = i % 4 < 2 ? "/v1/chat/completions" : "/api/chat";
                client.post(path, TestGateway.chatBody("m", true)).readUntil("five");
                long left = System.nanoTime();
                if (i % 2 == 0) {
                    client.close();
                } else {
                    client.reset();
                }
                assertThat(upstream.last().sawHangUp(SOON)).isTrue();
                took.add(upstream.last().hangUpAfter(left));
            }
            noHarmDone(gateway);
            assertThat(gateway.awaitLedger(20)).allSatisfy(row -> {
                assertThat(row.how()).isEqualTo("cancelled");
                assertThat(row.settled()).isTrue();
                assertThat(row.estimated()).isTrue();
                assertThat(row.output()).isBetween(5L, 12L);
            });
        }
        took.sort(Duration::compareTo);
        System.out.println("hang-up passed on in: median " + took.get(10).toMillis() + " ms, worst "
                + took.getLast().toMillis() + " ms");
    }

    @Test
    void tenClientsThatLeaveBeforeTheAnswerAreNoFailureOfTheProvider() throws Exception { // peers, check 146
        upstream.on("deepseek", Scripts.silent());
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS)) {
            for (int i = 1; i <= 10; i++) {
                RawClient client = gateway.connect();
                client.post("/v1/chat/completions", TestGateway.chatBody("m", i % 2 == 0));
                Visit visit = upstream.awaitVisit(i);
                client.close();
                assertThat(visit.sawHangUp(SOON)).isTrue();
            }
            upstream.on("deepseek", Answers.of("Hello"));
            Reply next = gateway.chat("m");
            assertThat(next.status()).isEqualTo(200);
            assertThat(next.header("x-sluice-provider")).isEqualTo("deepseek");
            noHarmDone(gateway);
            assertThat(gateway.awaitLedger(11))
                    .filteredOn(row -> row.how().equals("cancelled"))
                    .hasSize(10)
                    .allMatch(row -> row.state().equals("IN_DOUBT") && row.bound() > 0);
        }
    }

    @Test
    void aClientThatLeavesWhileItsIntentIsWrittenCostsNothing() throws Exception { // check 146
        upstream.on("deepseek", Answers.of("Hello"));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS)) {
            for (int i = 0; i < 200; i++) {
                RawClient client = gateway.connect();
                client.post("/v1/chat/completions", TestGateway.chatBody("m", true));
                client.reset();
            }
            TestGateway.await("all over", () -> gateway.running() == 0);
            noHarmDone(gateway);
            assertThat(gateway.chat("m").status()).isEqualTo(200);
            assertThat(gateway.ledger())
                    .filteredOn(row -> row.state().equals("VOIDED"))
                    .allMatch(row -> row.cost() == 0);
        }
    }

    @Test
    void aClientThatLeavesWithTheWholeAnswerInHandHasBeenServed() throws Exception { // S09
        Answers answer = Answers.of("Hello");
        upstream.on("deepseek", visit -> {
            visit.begin(200, "text/event-stream");
            answer.charge(visit);
            visit.send(answer.body(visit.request()));
            visit.sawHangUp(Duration.ofSeconds(30)); // The end mark has come, the connection stays open.
        });
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS)) {
            RawClient client = gateway.connect();
            client.post("/v1/chat/completions", TestGateway.chatBody("m", true)).readUntil("[DONE]");
            client.close();
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.how()).isEqualTo("ok");
            assertThat(row.estimated()).isFalse();
        }
    }

    /** A stream that never ends and is sent as fast as it is taken. */
    private static Script endless() {
        return visit -> {
            String frame = Answers.of("x".repeat(1_000)).frames(visit.request()).get(1);
            Scripts.flood(200, "text/event-stream", frame, frame, 1L << 40).play(visit);
        };
    }

    @Test
    void aClientThatReadsNothingForTooLongIsTakenForGone() throws Exception { // a3, S10
        upstream.on("deepseek", endless());
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS);
                RawClient client = new RawClient(gateway.port(), 4_096)) {
            client.post("/v1/chat/completions", TestGateway.chatBody("m", true)).readUntil("xxx");
            Visit visit = upstream.last();
            assertThat(visit.sawHangUp(SOON)).isTrue();
            assertThat(visit.sentBytes())
                    .as("held back by the client that does not read")
                    .isLessThan(16L << 20);
            assertThat(gateway.awaitRow(1).how()).isEqualTo("cancelled");
            noHarmDone(gateway);
            TestGateway.await("its connection is closed", () -> connections(gateway) <= 1);
        }
    }

    @Test
    void aWholeAnswerThatNobodyTakesIsThrownAwayToo() throws Exception { // a3
        upstream.on("deepseek", Answers.of("x".repeat(8 << 20)));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS);
                RawClient client = new RawClient(gateway.port(), 4_096)) {
            client.post("/v1/chat/completions", TestGateway.chatBody("m", false))
                    .readUntil("xxx");
            TestGateway.await("its connection is closed", () -> connections(gateway) <= 1);
            assertThat(gateway.awaitRow(1).how()).isEqualTo("ok");
        }
    }

    @Test
    void aSlowReaderThatKeepsReadingIsNotCutOffAndSlowsItsProvider() throws Exception { // S10, S11
        upstream.on("deepseek", endless());
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS);
                RawClient client = gateway.connect()) {
            client.post("/v1/chat/completions", TestGateway.chatBody("m", true));
            long until = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
            long read = 0;
            while (System.nanoTime() < until) {
                read += client.readSome(100_000);
                assertThat(upstream.last().sawHangUp(Duration.ofMillis(20))).isFalse();
            }
            assertThat(upstream.last().sentBytes()).isLessThan(read + (16L << 20));
            client.reset();
            assertThat(upstream.last().sawHangUp(SOON)).isTrue();
        }
    }

    private static int connections(TestGateway gateway) {
        String metrics = gateway.get("/metrics").body();
        int at = metrics.indexOf("\nsluice_connections ");
        return (int) Double.parseDouble(metrics.substring(at + 20, metrics.indexOf('\n', at + 20)));
    }
}
