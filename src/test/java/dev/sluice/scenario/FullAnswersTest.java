package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.journal.TestDisk;
import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.SmallDisk;
import dev.sluice.testing.TestGateway;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk is full for a while on which answers under an {@code Idempotency-Key} are kept. */
class FullAnswersTest { // L08, L14
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 100}
            """;
    private static final String MODEL = "deepseek-flash";

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/" + MODEL, "0.15", "0.003", "0.60");

    private static Reply ask(TestGateway gateway, String key) {
        return gateway.post("/v1/chat/completions", TestGateway.chatBody(MODEL, false), "idempotency-key", key);
    }

    @Test
    void newCallsWithAKeyAreRefusedUnsentAndWhatIsOwedIsKeptOnceThereIsSpace() throws Exception {
        CountDownLatch full = new CountDownLatch(1);
        Answers longAnswer = Answers.of("x".repeat(300_000));
        try (SmallDisk disk = SmallDisk.mount(folder, 12);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            upstream.on(
                    "deepseek",
                    visit -> {
                        full.await();
                        longAnswer.play(visit);
                    },
                    longAnswer);
            try (TestGateway gateway =
                    TestGateway.start(upstream, SETTINGS, disk.path().resolve("data"), TestDisk.small(1000, 1000))) {
                Future<Reply> first = threads.submit(() -> ask(gateway, "first"));
                upstream.awaitVisit(1);
                disk.fill();
                full.countDown();
                assertThat(first.get().status())
                        .as("who has begun gets its answer")
                        .isEqualTo(200);
                assertRefusedUnsent(gateway);
                assertThat(gateway.chat(MODEL).status()).as("without a key").isEqualTo(200);
                disk.makeSpace();
                TestGateway.await(
                        "calls with a key pass again",
                        () -> ask(gateway, "later").status() == 200);
                gateway.restart();
                int before = upstream.visits().size();
                Reply again = ask(gateway, "first");
                assertThat(again.header("x-sluice-replayed")).isEqualTo("true");
                assertThat(again.response().body())
                        .isEqualTo(first.get().response().body());
                assertThat(upstream.visits()).hasSize(before);
            }
        }
    }

    private void assertRefusedUnsent(TestGateway gateway) {
        AtomicInteger keys = new AtomicInteger();
        TestGateway.await(
                "the disk is missed",
                () -> ask(gateway, "new-" + keys.incrementAndGet()).status() == 503);
        int before = upstream.visits().size();
        Reply refused = ask(gateway, "newest");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("cannot be kept just now");
        assertThat(upstream.visits()).hasSize(before);
    }
}
