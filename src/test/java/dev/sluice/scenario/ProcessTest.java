package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process that is told to end. */
class ProcessTest {
    private static final String PROVIDERS = """
            access-log: none
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k, concurrency: 100}
            """;

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @Test
    void toldToEndItLetsARunningStreamEndWholeAndTakesNoNewCalls() throws Exception { // S15, S16
        String[] words = new String[30];
        Arrays.fill(words, "word ");
        // The child has the real clock, so that the hour decides which price holds: one of the two.
        CountDownLatch go = new CountDownLatch(1);
        upstream.on("deepseek", Scripts.held(Answers.of(words), 2, go));
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
            go.countDown();
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

    @Test
    void toldTwiceItEndsAtOnceAndTheLedgerKnowsWhatWasUnderWay() throws Exception { // S15
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

    @Test
    void aHangUpLetsItReadItsSettingsAgainAndGoOn() throws Exception {
        Path status = Path.of("/proc/self/status");
        assumeTrue(
                Files.exists(status) && Files.readString(status).matches("(?s).*SigIgn:\\s+\\p{XDigit}*[02468ace]\n.*"),
                "under nohup a hang-up reaches nobody");
        try (ChildGateway gateway = ChildGateway.start(upstream, PROVIDERS + budget(10), folder)) {
            Path file = folder.resolve("sluice.yaml");
            FileTime time = Files.getLastModifiedTime(file);
            // As large and as old as before, so that the watch of the file sees nothing.
            Files.writeString(file, Files.readString(file).replace(budget(10), budget(20)));
            Files.setLastModifiedTime(file, time);
            gateway.hangUp();
            TestGateway.await("it has read them", () -> log().contains("SIGHUP: settings read again: budgets changed"));
            gateway.hangUp();
            TestGateway.await("it says so", () -> log().contains("SIGHUP: settings read again: nothing has changed"));
            Files.writeString(file, "budgets: nonsense");
            gateway.hangUp();
            TestGateway.await("it says why not", () -> log().contains("SIGHUP: settings read again: refused, "));
            gateway.terminate();
            assertThat(gateway.exit()).isZero();
        }
    }

    private static String budget(int dollars) {
        return "budgets: [{scope: gateway, amount: " + dollars + ", period: day}]\n";
    }

    private String log() {
        try {
            return ChildGateway.log(folder);
        } catch (IOException e) {
            throw new AssertionError(e);
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
}
