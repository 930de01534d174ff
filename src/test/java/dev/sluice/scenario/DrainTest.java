package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.NoAnswer;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.Scripts.Cut;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever hangs up is charged what the provider charges: no more, no less, and nothing stays held for ever. */
class DrainTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 2500, queue: 2500, after-cancel: %s}
            spending: {usual-output: 100}
            budgets:
              - {scope: gateway, amount: %s, period: day}
            """;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    private TestGateway gateway(String afterCancel, String amount) throws IOException {
        return TestGateway.start(upstream, SETTINGS.formatted(afterCancel, amount));
    }

    private static RawClient stream(TestGateway gateway) throws IOException {
        RawClient client = gateway.connect();
        client.post("/v1/chat/completions", TestGateway.chatBody("deepseek-flash", true));
        return client;
    }

    @Test
    void atAProviderThatBillsOnTheRestIsReadAndTheLedgerIsExact() throws Exception { // S06
        Answers answer = Answers.of("a", "b", "c", "d", "e").tokens(500, 0, 700);
        try (TestGateway gateway = gateway("bills", "1")) {
            for (int call = 0; call < 5; call++) {
                CountDownLatch left = new CountDownLatch(1);
                upstream.on("deepseek", call == 0 ? answeredAfter(left, answer) : Scripts.held(answer, call + 1, left));
                try (RawClient client = stream(gateway)) {
                    upstream.awaitVisit(call + 1);
                    for (int piece = 0; piece < call; piece++) {
                        client.readUntil("\"content\":\"" + "abcde".charAt(piece) + "\"");
                    }
                }
                awaitDrain(gateway);
                left.countDown();
                gateway.awaitLedger(call + 1);
            }
            assertThat(gateway.awaitLedger(5)).hasSize(5).allSatisfy(row -> {
                assertThat(row.state()).isEqualTo("SETTLED");
                assertThat(row.how()).isEqualTo("cancelled");
                assertThat(row.estimated()).isFalse();
                assertThat(row.cost()).isEqualTo(500 * 150 + 700 * 600);
            });
        }
    }

    @Test
    void whatCannotBeReadToItsEndIsInDoubtAtItsUpperBound() throws Exception { // S07
        upstream.on("deepseek", Scripts.cutAfter(Answers.of("a", "b"), 2, Cut.FIN));
        try (TestGateway gateway = gateway("bills", "1").withoutSums()) {
            try (RawClient _ = stream(gateway)) {
                upstream.awaitVisit(1);
            }
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.cost()).isEqualTo(row.bound());
            assertThat(row.state()).isEqualTo("IN_DOUBT");
        }
    }

    @Test
    void toldToEndTheGatewayStillReadsOnAndBooksWhatIsCharged() throws Exception { // S06, S15
        CountDownLatch left = new CountDownLatch(1);
        Answers answer = Answers.of("a", "b").tokens(500, 0, 700).slowly(Duration.ZERO, Duration.ofMillis(200));
        upstream.on("deepseek", Scripts.held(answer, 2, left));
        try (TestGateway gateway = gateway("bills", "1")) {
            leaveAfter(gateway, "a");
            left.countDown();
            gateway.restart();
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.state()).isEqualTo("SETTLED");
            assertThat(row.estimated()).isFalse();
            assertThat(row.cost()).isEqualTo(500 * 150 + 700 * 600);
        }
    }

    @Test
    void whatCannotBeReadBeforeTheEndIsBookedInDoubtAndHoldsNobodyUp() throws Exception { // S06, S15
        upstream.on("deepseek", Scripts.thenWaits(Answers.of("a", "b"), 2));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS.formatted("bills", "1") + "drain: 300ms\n")
                .withoutSums()) {
            leaveAfter(gateway, "a");
            gateway.restart();
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.state()).isEqualTo("IN_DOUBT");
            assertThat(row.how()).as("not found after a crash").isEqualTo("cancelled");
            assertThat(row.cost()).isEqualTo(row.bound());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bills", "unknown", "stops"})
    void whoLeavesBeforeThereIsAConnectionIsChargedNothing(String afterCancel) throws Exception { // S06
        try (NoAnswer nobody = new NoAnswer();
                TestGateway gateway = TestGateway.start(
                        upstream, SETTINGS.formatted(afterCancel, "1").replace("$UP/deepseek", nobody.url()))) {
            try (RawClient _ = stream(gateway)) {
                nobody.awaitAttempt();
            }
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.state()).isEqualTo("VOIDED");
            assertThat(row.how()).isEqualTo("cancelled");
        }
    }

    private static void leaveAfter(TestGateway gateway, String content) throws IOException {
        try (RawClient client = stream(gateway)) {
            client.readUntil("\"content\":\"" + content + "\"");
        }
        awaitDrain(gateway);
    }

    private static void awaitDrain(TestGateway gateway) {
        TestGateway.await("it reads on", () -> gateway.get("/stats").body().contains("\"drains\":1"));
    }

    private static Script answeredAfter(CountDownLatch go, Answers answer) {
        return visit -> {
            go.await();
            answer.play(visit);
        };
    }

    @Test
    void whenTwoThousandLeaveAtOnceOnlySoManyAreReadToTheEnd() throws Exception { // S07
        int calls = 2000;
        CountDownLatch allLeft = new CountDownLatch(1);
        upstream.on("deepseek", answeredAfter(allLeft, Answers.of("a", "b")));
        try (TestGateway gateway = gateway("bills", "100").withoutSums()) {
            List<RawClient> clients = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                clients.add(stream(gateway));
            }
            upstream.awaitVisit(calls);
            for (RawClient client : clients) {
                client.close();
            }
            TestGateway.await("all have left", () -> gateway.running() == 0);
            allLeft.countDown();
            List<LedgerRow> rows = gateway.awaitLedger(calls);
            assertThat(rows).filteredOn(LedgerRow::settled).hasSizeBetween(1, 64);
            assertThat(rows)
                    .filteredOn(row -> row.state().equals("IN_DOUBT"))
                    .hasSizeGreaterThanOrEqualTo(calls - 64)
                    .allSatisfy(row -> assertThat(row.cost()).isEqualTo(row.bound()));
        }
    }

    @Test
    void cancellingAtRandomMomentsLeavesNothingHeld() throws Exception { // B15, G2
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int calls = Integer.getInteger("sluice.cancels", 1000);
        upstream.on("deepseek", Answers.of("a", "b", "c").slowly(Duration.ofMillis(5), Duration.ofMillis(3)));
        try (TestGateway gateway = gateway("stops", "100").withoutSums();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                long wait = random.nextLong(20_000_000);
                all.add(threads.submit(() -> {
                    try (RawClient _ = stream(gateway)) {
                        LockSupport.parkNanos(wait);
                    }
                    return true;
                }));
                if (call % 50 == 49) {
                    for (Future<Boolean> one : all) {
                        one.get();
                    }
                    all.clear();
                }
            }
            TestGateway.await(
                    "nothing is held any more",
                    () -> gateway.get("/stats").body().contains("\"held\":\"0\",\"in_doubt\":\"0\""));
            assertThat(gateway.chat("deepseek-flash").status()).isEqualTo(200);
        }
    }
}
