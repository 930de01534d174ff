package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.command.InProcess;
import dev.sluice.store.journal.DeadlyDisk;
import dev.sluice.store.journal.DeadlyDisk.Moment;
import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.Figures;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Remains;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program killed at each point of an attempt's way, under a hard budget with room for one. What it has left is
 * looked at by its successor: the attempt's state, what the budget counts, and in the end the ledger beside the bill.
 * Of the ledger's syncs, the first is that of a segment's head, the second the intent's, the third the outcome's.
 */
class SixPointsTest { // L02
    private static final String MODEL = "deepseek/deepseek-v3.2"; // Its price is the same at every hour.
    private static final int INTENT = 2;
    private static final int OUTCOME = 3;
    private static final String SETTINGS = """
            access-log: none
            providers:
              deepseek: {url: $UP/deepseek, key: k}
            spending: {wait: 0s, least-output: 0}
            budgets:
              - {scope: gateway, amount: AMOUNT, period: total}
            """;
    private static final long ONE = 1_500_000; // nano-dollars; one such call may cost 1.1 to 1.2 million
    private static final Answers ANSWER = Answers.of("a", "b").tokens(10, 4, 1000);

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging(MODEL, "0.27", "0.027", "1.10").on("deepseek", ANSWER);

    private static String settings(long nanos) {
        return SETTINGS.replace("AMOUNT", java.math.BigDecimal.valueOf(nanos, 9).toPlainString());
    }

    private static RawClient call(int port) throws IOException {
        String body = "{\"model\":\"" + MODEL + "\",\"max_tokens\":1000,\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        return new RawClient(port).post("/v1/chat/completions", body, "Connection: close");
    }

    private void callAndDie(Moment moment, int sync) throws Exception {
        try (ChildGateway gateway = ChildGateway.start(upstream, settings(ONE), folder, moment, sync);
                RawClient client = call(gateway.port())) {
            assertThat(gateway.exit()).isEqualTo(DeadlyDisk.KILLED);
            assertThat(client.readAll()).doesNotContain("HTTP/1.1 5");
        } catch (SocketException _) {
            // It was gone before the whole call had been sent to it.
        }
    }

    /**
     * Looks at what is left, by a gateway that begins with it.
     *
     * @param states of all attempts
     * @param next the status of one more such call
     */
    private void assertLeft(List<String> states, long amount, int next) throws IOException {
        Path data = ChildGateway.data(folder);
        try (InProcess successor =
                InProcess.start(TestGateway.settings(upstream, settings(amount), data), Clocks.SYSTEM)) {
            List<LedgerRow> rows = LedgerRow.all(data);
            assertThat(rows).extracting(LedgerRow::state).containsExactlyInAnyOrderElementsOf(states);
            Figures budget = Figures.of(get(successor.port(), "/stats"));
            assertThat(budget.held()).isZero();
            assertThat(budget.used()).isEqualTo(sum(rows, "SETTLED"));
            assertThat(budget.inDoubt()).isEqualTo(sum(rows, "IN_DOUBT"));
            assertThat(call(successor.port()).readAll()).contains("HTTP/1.1 " + next);
        }
        TestGateway.compare(upstream, 0, data, true);
        Remains.reconcile(upstream, data);
    }

    private static long sum(List<LedgerRow> rows, String state) {
        return rows.stream()
                .filter(row -> row.state().equals(state))
                .mapToLong(LedgerRow::cost)
                .sum();
    }

    private static String get(int port, String path) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    .readAll();
        }
    }

    @Test
    void beforeTheIntentIsDurableAPowerFailureLeavesNothing() throws Exception {
        callAndDie(Moment.WITHOUT_POWER_BEFORE_SYNC, INTENT);
        assertThat(upstream.visits()).isEmpty();
        assertLeft(List.of(), ONE, 200);
    }

    @Test
    void beforeTheIntentIsSyncedAKillLeavesItInDoubtBecauseNobodyCanTell() throws Exception {
        callAndDie(Moment.BEFORE_SYNC, INTENT);
        assertThat(upstream.visits()).isEmpty();
        assertLeft(List.of("IN_DOUBT"), ONE, 429);
    }

    @Test
    void afterTheIntentItIsInDoubt() throws Exception {
        callAndDie(Moment.AFTER_SYNC, INTENT);
        assertThat(upstream.visits()).isEmpty();
        assertLeft(List.of("IN_DOUBT"), ONE, 429);
    }

    @Test
    void afterTheSendItIsInDoubt() throws Exception {
        upstream.on("deepseek", visit -> {
            ANSWER.charge(visit);
            visit.sawHangUp(java.time.Duration.ofSeconds(60));
        });
        try (ChildGateway gateway = ChildGateway.start(upstream, settings(ONE), folder);
                RawClient _ = call(gateway.port())) {
            upstream.awaitVisit(1);
            gateway.kill();
        }
        assertLeft(List.of("IN_DOUBT"), ONE, 429);
    }

    /** The disk stands still for the intent of another call, so that the outcome of the first cannot be written. */
    @Test
    void afterTheLastByteItIsInDoubtUntilTheOutcomeIsWritten() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        upstream.on("deepseek", visit -> {
            stuck.await();
            ANSWER.play(visit);
        });
        try (ChildGateway gateway =
                        ChildGateway.start(upstream, settings(2 * ONE), folder, Moment.IN_SYNC_FOR_EVER, OUTCOME);
                RawClient first = call(gateway.port())) {
            upstream.awaitVisit(1);
            try (RawClient _ = call(gateway.port())) {
                gateway.awaitWord("waiting for ever");
                stuck.countDown();
                first.readUntil("[DONE]");
                gateway.kill();
            }
        }
        assertThat(upstream.visits()).as("the second one was not sent").hasSize(1);
        assertLeft(List.of("IN_DOUBT", "IN_DOUBT"), 2 * ONE, 429);
    }

    @Test
    void beforeTheOutcomeIsDurableAPowerFailureLeavesItInDoubt() throws Exception {
        callAndDie(Moment.WITHOUT_POWER_BEFORE_SYNC, OUTCOME);
        assertThat(upstream.visits()).hasSize(1);
        assertLeft(List.of("IN_DOUBT"), ONE, 429);
    }

    @Test
    void beforeTheOutcomeIsSyncedAKillLeavesItSettledBecauseTheSystemHasItsBytes() throws Exception {
        callAndDie(Moment.BEFORE_SYNC, OUTCOME);
        assertThat(upstream.visits()).hasSize(1);
        assertLeft(List.of("SETTLED"), ONE, 429);
    }

    @Test
    void afterTheOutcomeItIsSettled() throws Exception {
        callAndDie(Moment.AFTER_SYNC, OUTCOME);
        assertThat(upstream.visits()).hasSize(1);
        assertLeft(List.of("SETTLED"), ONE, 429);
    }
}
