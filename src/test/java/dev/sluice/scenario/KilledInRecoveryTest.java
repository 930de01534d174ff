package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.command.InProcess;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program killed under load and then again and again inside the recovery that each start begins with: before, in
 * and after each of its writes to the archive, and while it clears the journal. The archive took nothing of the first life,
 * so that recovery has everything to do. {@code -Dsluice.deaths=20} for twenty in a row.
 */
class KilledInRecoveryTest { // L03
    private static final int DEATHS = Integer.getInteger("sluice.deaths", 8);
    private static final int CALLS = 2_500;
    private static final int CLIENTS = 32;
    private static final String MODEL = "deepseek/deepseek-v3.2"; // Its price is the same at every hour.
    private static final String SETTINGS = """
            access-log: none
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k, concurrency: 100}
            spending: {wait: 0s, least-output: 0}
            budgets:
              - {scope: gateway, amount: 100, period: total}
            """;

    /** A death, by the number of the archive's puts since the start: recovery makes two, and the journal goes after. */
    private record Death(Moment moment, int put) {}

    /** None of these lets recovery end, so that each start finds the whole journal again. */
    private static final List<Death> EARLY = List.of(
            new Death(Moment.BEFORE_PUT, 1),
            new Death(Moment.IN_PUT, 1),
            new Death(Moment.AFTER_PUT, 1),
            new Death(Moment.BEFORE_PUT, 2),
            new Death(Moment.IN_PUT, 2),
            new Death(Moment.AFTER_PUT, 2));

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream().charging(MODEL, "0.27", "0.027", "1.10");

    private static RawClient call(int port, boolean stream) throws IOException {
        String body = "{\"model\":\"" + MODEL + "\",\"max_tokens\":50,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        String long64 = "x".repeat(64); // So that fewer calls fill a segment.
        return new RawClient(port)
                .post(
                        "/v1/chat/completions",
                        body,
                        "x-sluice-job: " + long64,
                        "x-sluice-run: " + long64,
                        "x-sluice-agent: " + long64,
                        "Connection: close");
    }

    @Test
    void killedManyTimesInARowInRecoveryItStillEndsAsTheBill() throws Exception {
        upstream.on("deepseek", visit -> {
            Answers answer = Answers.of("a", "b").slowly(Duration.ZERO, Duration.ofMillis(1));
            answer.play(visit);
        });
        killUnderLoad();
        assertThat(journal()).as("segments to be cleared").isGreaterThan(1);
        int settled = 0;
        for (int death = 0; death < DEATHS - 1; death++) {
            Death next = EARLY.get(death % EARLY.size());
            ChildGateway.dieAtStart(upstream, SETTINGS, folder, next.moment(), next.put());
            int now = LedgerRow.all(data()).size();
            assertThat(now).as("rows after %s", next).isGreaterThanOrEqualTo(settled);
            settled = now;
        }
        ChildGateway.dieAtStart(upstream, SETTINGS, folder, Moment.IN_CLEARING, 0);
        assertRecovered();
    }

    private Path data() {
        return ChildGateway.data(folder);
    }

    private long journal() throws IOException {
        try (Stream<Path> all = Files.list(data().resolve("journal"))) {
            return all.filter(file -> file.getFileName().toString().startsWith("journal-"))
                    .count();
        }
    }

    private void killUnderLoad() throws Exception {
        AtomicInteger left = new AtomicInteger(CALLS);
        try (ChildGateway gateway = ChildGateway.start(upstream, SETTINGS, folder, Moment.NO_MORE_PUTS, 3)) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> callWhile(left, gateway)));
            }
            for (Thread client : clients) {
                client.join();
            }
        }
    }

    /** Whoever comes to the end of the calls kills it under the others. */
    private static void callWhile(AtomicInteger left, ChildGateway gateway) {
        int now = left.decrementAndGet();
        while (now > 0) {
            try (RawClient client = call(gateway.port(), now % 2 == 0)) {
                assertThat(client.readAll()).doesNotContain(" 503 ");
            } catch (IOException _) {
                return; // It has been killed.
            }
            now = left.decrementAndGet();
        }
        try {
            gateway.kill();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void assertRecovered() throws IOException {
        try (InProcess successor = InProcess.start(TestGateway.settings(upstream, SETTINGS, data()), Clocks.SYSTEM);
                RawClient client = call(successor.port(), false);
                RawClient asking = new RawClient(successor.port())) {
            List<LedgerRow> rows = LedgerRow.all(data());
            assertThat(rows)
                    .hasSizeGreaterThan(CALLS / 2)
                    .extracting(LedgerRow::state)
                    .contains("SETTLED", "IN_DOUBT");
            assertThat(client.readAll()).contains("HTTP/1.1 200");
            asking.send("GET /stats HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            Figures budget = Figures.of(asking.readAll());
            long latest =
                    upstream.bill().charged().get(upstream.last().request().attemptId());
            assertThat(budget.used() - latest).isEqualTo(sum(rows, "SETTLED"));
            assertThat(budget.inDoubt()).isEqualTo(sum(rows, "IN_DOUBT"));
            assertThat(budget.held()).isZero();
        }
        TestGateway.compare(upstream, 0, data(), true);
        Remains.reconcile(upstream, data());
    }

    private static long sum(List<LedgerRow> rows, String state) {
        return rows.stream()
                .filter(row -> row.state().equals(state))
                .mapToLong(LedgerRow::cost)
                .sum();
    }
}
