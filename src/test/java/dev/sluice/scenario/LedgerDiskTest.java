package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.journal.TestDisk;
import dev.sluice.testing.Answers;
import dev.sluice.testing.Figures;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.SmallDisk;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a hard budget whose ledger's disk fails, stands still, or is full. */
class LedgerDiskTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            listen: {port: 0, loops: 1}
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 100}
              ollama: {url: $UP/ollama}
              sandbox: {}
            spending: {usual-output: 100, wait: 0s, least-output: 0}
            budgets:
              - {scope: gateway, amount: 1, period: day}
            """;
    private static final String OPENAI = "/v1/chat/completions";
    private static final String OLLAMA = "/api/chat";
    private static final String PRICED = "deepseek-flash";
    private static final String FREE = "ollama/small";

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    private TestGateway gateway(Path data, TestDisk disk) throws IOException {
        return TestGateway.start(upstream, SETTINGS, data, disk);
    }

    private static Reply chat(TestGateway gateway, String path, String model) {
        return gateway.post(path, TestGateway.chatBody(model, false));
    }

    private static void awaitPricedCalls(TestGateway gateway) {
        TestGateway.await(
                "calls with a price pass again",
                () -> chat(gateway, OPENAI, PRICED).status() == 200);
    }

    private static Figures budget(TestGateway gateway) {
        return Figures.of(gateway.get("/stats").body());
    }

    private void assertRefused(TestGateway gateway, String why) {
        int before = upstream.visits("deepseek").size();
        Reply openAi = chat(gateway, OPENAI, PRICED);
        assertThat(openAi.status()).isEqualTo(503);
        assertThat(openAi.body()).startsWith("{\"error\":{\"message\":\"").contains(why, "\"type\":");
        Reply ollama = chat(gateway, OLLAMA, PRICED);
        assertThat(ollama.status()).isEqualTo(503);
        assertThat(ollama.body()).startsWith("{\"error\":\"").contains(why);
        assertThat(upstream.visits("deepseek")).as("nothing was sent").hasSize(before);
        assertThat(openAi.body() + ollama.body()).doesNotContain(gateway.data().toString());
    }

    private static void assertFreeCallsPass(TestGateway gateway) {
        assertThat(chat(gateway, OPENAI, FREE).status()).isEqualTo(200);
        assertThat(chat(gateway, OLLAMA, FREE).status()).isEqualTo(200);
    }

    @Test
    void aSyncThatFailsOnceIsNotTriedAgainAsIfNothingHadBeen() throws IOException { // L06
        TestDisk disk = TestDisk.large();
        try (TestGateway gateway = gateway(folder.resolve("data"), disk)) {
            assertThat(chat(gateway, OPENAI, PRICED).status()).isEqualTo(200);
            disk.fail(1);
            assertThat(chat(gateway, OPENAI, PRICED).status()).isEqualTo(503);
            awaitPricedCalls(gateway);
            assertThat(disk.triedAgain()).isZero();
            assertThat(gateway.get("/metrics").body()).contains("sluice_alerts_total{kind=\"ledger_unavailable\"} 1.0");
        }
    }

    @Test
    void whileSyncsFailPricedCallsAreRefusedFreeOnesPassAndAPersonIsTold() throws IOException { // L06
        TestDisk disk = TestDisk.large();
        try (TestGateway gateway = gateway(folder.resolve("data"), disk)) {
            assertThat(chat(gateway, OPENAI, PRICED).status()).isEqualTo(200);
            Figures before = budget(gateway);
            disk.fail(Integer.MAX_VALUE);
            assertRefused(gateway, "the ledger's disk has failed: EIO");
            assertFreeCallsPass(gateway);
            assertThat(budget(gateway)).as("what is refused costs nothing").isEqualTo(before);
            assertThat(gateway.get("/stats").body())
                    .contains("\"kind\":\"ledger_unavailable\"", "the ledger's disk has failed: EIO");
            assertThat(gateway.get("/metrics").body())
                    .contains("sluice_alerts_total{kind=\"ledger_unavailable\"} 1.0", "sluice_ledger_unavailable 1.0");
            disk.fail(0);
            awaitPricedCalls(gateway);
            assertThat(gateway.get("/metrics").body()).contains("sluice_ledger_unavailable 0.0");
            assertThat(disk.triedAgain()).isZero();
            gateway.restart();
            assertThat(gateway.ledger()).hasSize(4).allMatch(LedgerRow::settled);
        }
    }

    /** A stream whose pieces come one at a time, as the test allows. */
    private static Script stepByStep(Answers answer, Semaphore steps) {
        return visit -> {
            visit.begin(200, Answers.contentType(visit.request()));
            answer.charge(visit);
            for (String frame : answer.frames(visit.request())) {
                steps.acquire();
                visit.send(frame);
            }
            visit.end();
        };
    }

    @Test
    void aDiskThatStandsStillHoldsUpNewPricedCallsOnlyAndNotTooMany() throws Exception { // L07
        TestDisk disk = TestDisk.small(4, 1000);
        Semaphore steps = new Semaphore(2);
        upstream.on("deepseek", stepByStep(Answers.of("a ", "b ", "c ", "d "), steps), Answers.of("Hello"));
        try (TestGateway gateway = gateway(folder.resolve("data"), disk);
                RawClient stream = gateway.connect();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            stream.post(OPENAI, TestGateway.chatBody(PRICED, true)).readUntil("a ");
            disk.stop();
            List<Future<Reply>> waiting = new ArrayList<>();
            waiting.add(threads.submit(() -> chat(gateway, OPENAI, PRICED)));
            TestGateway.await("one is with the disk", disk::isAwaited);
            for (int call = 0; call < 12; call++) {
                waiting.add(threads.submit(() -> chat(gateway, OPENAI, PRICED)));
            }
            TestGateway.await(
                    "those past the queue are refused", () -> done(waiting).size() == 8);
            assertThat(done(waiting)).allSatisfy(reply -> {
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.body()).contains("too many records wait for the ledger's disk");
            });
            Duration longest = readStepByStep(stream, steps);
            assertThat(chat(gateway, OPENAI, "sandbox/free").status()).isEqualTo(200);
            assertThat(gateway.get("/metrics").body()).contains("sluice_ledger_dropped 1.0");
            assertThat(disk.isAwaited())
                    .as("all that while the disk stood still")
                    .isTrue();
            System.out.println(
                    "while the disk stood still a stream's piece took at most " + longest.toMillis() + " ms");
            disk.goOn();
            for (Future<Reply> one : waiting) {
                assertThat(one.get().status()).isIn(200, 503);
            }
            assertThat(upstream.visits("deepseek")).hasSize(6);
            TestGateway.await("nothing is held", () -> budget(gateway).held() == 0);
        }
    }

    private static List<Reply> done(List<Future<Reply>> calls) {
        return calls.stream().filter(Future::isDone).map(Future::resultNow).toList();
    }

    private static Duration readStepByStep(RawClient stream, Semaphore steps) throws IOException {
        long longest = 0;
        for (String next : List.of("b ", "c ", "d ")) {
            long start = System.nanoTime();
            steps.release();
            stream.readUntil(next);
            longest = Math.max(longest, System.nanoTime() - start);
        }
        steps.release(10);
        stream.readUntil("[DONE]");
        return Duration.ofNanos(longest);
    }

    @Test
    void aFullDiskRefusesBeforeAnythingIsSentAndWithSpaceItGoesOnByItself() throws Exception { // L08
        try (SmallDisk small = SmallDisk.mount(folder, 12);
                TestGateway gateway = gateway(small.path().resolve("data"), TestDisk.small(1000, 50))) {
            assertThat(chat(gateway, OPENAI, PRICED).status()).isEqualTo(200);
            gateway.awaitLedger(1);
            small.fill();
            // Before the archive has tried, a fast client is refused because it is behind.
            TestGateway.await(
                    "the disk is missed",
                    () -> chat(gateway, OPENAI, PRICED).body().contains("the archive has failed"));
            assertRefused(gateway, "the archive has failed");
            assertFreeCallsPass(gateway);
            assertThat(budget(gateway).held()).isZero();
            assertThat(gateway.get("/stats").body()).contains("\"kind\":\"ledger_unavailable\"");
            small.makeSpace();
            awaitPricedCalls(gateway);
            gateway.restart();
            assertThat(gateway.ledger()).hasSameSizeAs(upstream.visits()).allMatch(LedgerRow::settled);
            assertThat(gateway.audit().wrong()).isEmpty();
            assertThat(budget(gateway).used()).isEqualTo(upstream.bill().sum());
        }
    }
}
