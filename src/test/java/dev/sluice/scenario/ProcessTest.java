package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: told to end, and killed. */
class ProcessTest {
    private static final int KILLS = 20;
    private static final Duration LONGEST = Duration.ofSeconds(45);
    private static final int CLIENTS = 16;
    private static final String PROVIDERS = """
            access-log: none
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k, concurrency: 100}
            """;

    @TempDir
    private Path folder;

    @Test
    void toldToEndItLetsARunningStreamEndWholeAndTakesNoNewCalls() throws Exception { // S15, S16
        String[] words = new String[30];
        Arrays.fill(words, "word ");
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            // The child has the real clock, so that the hour decides which price holds: one of the two.
            upstream.on("deepseek", Answers.of(words).slowly(Duration.ZERO, Duration.ofMillis(40)));
            try (ChildGateway gateway = ChildGateway.start(upstream, PROVIDERS, folder);
                    RawClient stream = new RawClient(gateway.port());
                    RawClient late = new RawClient(gateway.port())) {
                stream.post("/v1/chat/completions", TestGateway.chatBody("deepseek/deepseek-flash", true))
                        .readUntil("word");
                gateway.terminate();
                TestGateway.await("it is draining", () -> health(gateway.port()).contains("draining"));
                late.post("/v1/chat/completions", TestGateway.chatBody("deepseek/deepseek-flash", true))
                        .readUntil("shutting down");
                assertThat(late.soFar()).contains(" 503 ").containsIgnoringCase("retry-after: ");
                stream.readUntil("[DONE]");
                assertThat(stream.soFar()).doesNotContain("\"error\"");
                assertThat(stream.soFar().split("word ", -1)).hasSize(31);
                assertThat(gateway.exit()).isZero();
            }
            List<LedgerRow> rows = LedgerRow.all(ChildGateway.data(folder));
            assertThat(rows).hasSize(1);
            assertThat(rows.getFirst().state()).isEqualTo("SETTLED");
            assertThat(rows.getFirst().output()).isEqualTo(30);
        }
    }

    @Test
    void toldTwiceItEndsAtOnceAndTheLedgerKnowsWhatWasUnderWay() throws Exception { // S15
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.on("deepseek", Scripts.silent());
            try (ChildGateway gateway = ChildGateway.start(upstream, PROVIDERS, folder);
                    RawClient client = new RawClient(gateway.port())) {
                client.post("/v1/chat/completions", TestGateway.chatBody("deepseek/deepseek-flash", true));
                upstream.awaitVisit(1);
                gateway.terminate();
                TestGateway.await("it is draining", () -> health(gateway.port()).contains("draining"));
                long told = System.nanoTime();
                gateway.terminate();
                assertThat(gateway.exit()).isEqualTo(128 + 15);
                assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(5));
            }
            try (ChildGateway gateway = ChildGateway.start(upstream, PROVIDERS, folder)) {
                gateway.terminate();
                assertThat(gateway.exit()).isZero();
            }
            assertThat(LedgerRow.all(ChildGateway.data(folder)))
                    .singleElement()
                    .extracting(LedgerRow::state)
                    .isEqualTo("IN_DOUBT");
        }
    }

    private static String health(int port) {
        try (RawClient client = new RawClient(port)) {
            return client.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    .readAll();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void killedAtAnyMomentItsLedgerKnowsEveryAttemptThatTheProviderSaw() throws Exception { // L01, I2
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long start = System.nanoTime();
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.bill().price("deepseek/deepseek-v3.2", "0.27", "0.027", "1.10"); // A price without peak hours.
            upstream.on("deepseek", Answers.of("a", "b", "c").slowly(Duration.ofMillis(2), Duration.ofMillis(1)));
            int kills = 0;
            // On a crowded machine a start takes many seconds; then fewer kills must do.
            while (kills < KILLS && System.nanoTime() - start < LONGEST.toNanos()) {
                kills++;
                try (ChildGateway gateway = ChildGateway.start(upstream, PROVIDERS, folder)) {
                    assertKnown(upstream, seed);
                    List<Thread> clients = callAllTheTime(gateway.port());
                    upstream.awaitVisit(upstream.visits().size() + 1 + random.nextInt(80));
                    LockSupport.parkNanos(random.nextInt(5_000_000));
                    gateway.kill();
                    for (Thread client : clients) {
                        client.join();
                    }
                }
            }
            try (ChildGateway gateway = ChildGateway.start(upstream, PROVIDERS, folder)) {
                gateway.terminate();
                assertThat(gateway.exit()).isZero();
            }
            TestGateway.compare(upstream, 0, ChildGateway.data(folder), true);
            List<LedgerRow> rows = LedgerRow.all(ChildGateway.data(folder));
            long doubtful =
                    rows.stream().filter(row -> row.state().equals("IN_DOUBT")).count();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            System.out.println("killed " + kills + " times in " + took.toMillis() + " ms: "
                    + upstream.visits().size() + " attempts seen, " + rows.size() + " booked, " + doubtful
                    + " in doubt");
            assertThat(upstream.visits()).hasSizeGreaterThan(kills);
            assertThat(doubtful).isPositive();
            assertThat(rows).filteredOn(LedgerRow::settled).isNotEmpty();
        }
    }

    private void assertKnown(ScriptedUpstream upstream, long seed) {
        Set<String> asked = new HashSet<>();
        upstream.visits().forEach(visit -> asked.add(visit.request().attemptId()));
        Set<String> booked = new HashSet<>();
        LedgerRow.all(ChildGateway.data(folder)).forEach(row -> booked.add(row.attemptId()));
        asked.removeAll(booked);
        assertThat(asked).as("unknown to the ledger, seed %d", seed).isEmpty();
    }

    private static List<Thread> callAllTheTime(int port) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            boolean stream = i % 2 == 0;
            clients.add(Thread.ofVirtual().start(() -> {
                try (RawClient client = new RawClient(port)) {
                    while (true) {
                        client.post("/v1/chat/completions", TestGateway.chatBody("deepseek/deepseek-v3.2", stream));
                        client.readUntil(stream ? "[DONE]\n\n\r\n0\r\n\r\n" : "completion_tokens");
                        client.forget();
                    }
                } catch (IOException | AssertionError _) {
                    // The gateway has been killed.
                }
            }));
        }
        return clients;
    }
}
