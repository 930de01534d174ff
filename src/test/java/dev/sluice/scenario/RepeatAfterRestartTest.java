package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.command.InProcess;
import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call repeated under its Idempotency-Key after the gateway has ended or died: still asked and paid for once. */
class RepeatAfterRestartTest { // L14, L15
    private static final String KEY = "idempotency-key";
    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "deepseek/deepseek-v3.2"; // Its price is the same at every hour.
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 100}
            """;

    @TempDir
    private Path folder;

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging(MODEL, "0.27", "0.027", "1.10")
            .on("deepseek", Answers.of("one"), Answers.of("two"), Answers.of("three"));

    private TestGateway start(String more) throws IOException {
        return TestGateway.start(upstream, SETTINGS + more, new Clocks(Ticker.SYSTEM, clock));
    }

    private static Reply ask(TestGateway gateway, String key, boolean stream, String... more) {
        List<String> headers = new ArrayList<>(List.of(KEY, key));
        headers.addAll(List.of(more));
        return gateway.post(CHAT, TestGateway.chatBody(MODEL, stream), headers.toArray(new String[0]));
    }

    @Test
    void afterARestartTheFirstAnswerComesAgainWholeOrStreamed() throws IOException {
        try (TestGateway gateway = start("")) {
            Reply whole = ask(gateway, "whole", false);
            Reply streamed = ask(gateway, "streamed", true);
            for (int i = 0; i < 2; i++) {
                gateway.restart();
                ask(gateway, "whole", false).assertReplays(whole);
                ask(gateway, "streamed", true).assertReplays(streamed);
            }
            assertThat(upstream.visits()).hasSize(2);
            assertThat(gateway.awaitLedger(2)).hasSize(2);
        }
    }

    @Test
    void afterARestartAKeyStillStandsForOneCallOfOneClient() throws IOException { // T33
        try (TestGateway gateway = start("keys: [{name: a, key: ka, tenant: ta}, {name: b, key: kb, tenant: tb}]\n")) {
            String[] a = {"authorization", "Bearer ka"};
            Reply first = ask(gateway, "k", false, a);
            gateway.restart();
            assertThat(ask(gateway, "k", true, a).status()).isEqualTo(422);
            Reply otherRoute = gateway.post(
                    "/api/chat", TestGateway.chatBody(MODEL, false), KEY, "k", "authorization", "Bearer ka");
            assertThat(otherRoute.status()).isEqualTo(422);
            Reply theirs = ask(gateway, "k", false, "authorization", "Bearer kb");
            assertThat(theirs.header("x-sluice-replayed")).isEmpty();
            assertThat(theirs.text()).isEqualTo("two");
            ask(gateway, "k", false, a).assertReplays(first);
        }
    }

    @Test
    void afterADayAKeyIsNewAlsoAfterARestart() throws IOException {
        try (TestGateway gateway = start("")) {
            Reply first = ask(gateway, "k", false);
            clock.advance(Duration.ofHours(24).minusSeconds(1));
            gateway.restart();
            ask(gateway, "k", false).assertReplays(first);
            clock.advance(Duration.ofSeconds(2));
            gateway.restart();
            assertThat(ask(gateway, "k", false).text()).isEqualTo("two");
        }
    }

    @Test
    void aFailedCallMayBeTriedAgainAlsoAfterARestart() throws IOException {
        upstream.on("deepseek", Scripts.status(400, "no"), Answers.of("good"));
        try (TestGateway gateway = start("")) {
            assertThat(ask(gateway, "k", false).status()).isEqualTo(400);
            gateway.restart();
            assertThat(ask(gateway, "k", false).text()).isEqualTo("good");
        }
    }

    @Test
    void keptInMemoryNothingIsOnDiskAndARestartForgetsAll() throws IOException {
        try (TestGateway gateway = start("idempotency: {keep: memory}\n")) {
            ask(gateway, "k", false);
            gateway.restart();
            assertThat(ask(gateway, "k", false).text()).isEqualTo("two");
            assertThat(gateway.data().resolve("answers.db")).doesNotExist();
        }
    }

    @Test
    void onDiskAreTheAnswerAndDigestsButNoPromptAndNoKey() throws IOException {
        upstream.on("deepseek", Answers.of("the-text-of-the-answer"));
        try (TestGateway gateway = start("")) {
            String body = TestGateway.chatBody(MODEL, false).replace("Hi", "the-text-of-the-prompt");
            gateway.post(CHAT, body, KEY, "the-name-of-the-key");
            gateway.restart();
            Path file = gateway.data().resolve("answers.db");
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            assertThat(bytes)
                    .contains("the-text-of-the-answer")
                    .doesNotContain("the-text-of-the-prompt", "the-name-of-the-key");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aDamagedFileStopsCallsWithTheHeaderAndNoOthers() throws IOException {
        try (TestGateway gateway = start("")) {
            ask(gateway, "k", false);
            gateway.restart(); // Everything is in the file itself now.
            Path file = gateway.data().resolve("answers.db");
            gateway.restart(() -> overwrite(file, 0, "not a database any more"));
            Reply refused = ask(gateway, "k", false);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("under an Idempotency-Key cannot be kept just now");
            assertThat(ask(gateway, "another", false).status()).isEqualTo(503);
            assertThat(gateway.chat(MODEL).status()).isEqualTo(200);
            assertThat(upstream.visits()).hasSize(2);
            gateway.restart(() -> Files.move(file, gateway.data().resolve("answers.damaged")));
            assertThat(ask(gateway, "k", false).status()).isEqualTo(200);
        }
    }

    @Test
    void aFlippedByteInAKeptAnswerIsNeverShown() throws IOException {
        upstream.on("deepseek", Answers.of("the-text-of-the-answer"));
        try (TestGateway gateway = start("")) {
            ask(gateway, "k", false);
            Path file = gateway.data().resolve("answers.db");
            gateway.restart(() -> overwrite(file, offset(file, "the-text-of-the-answer"), "X"));
            Reply refused = ask(gateway, "k", false);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body()).contains("idempotency_answer_lost");
            assertThat(upstream.visits()).hasSize(1);
        }
    }

    private static int offset(Path file, String text) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static void overwrite(Path file, long offset, String text) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(offset);
            open.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    // ---- killed

    private static String repeated(int port) {
        try {
            return post(port, "k", "x");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String post(int port, String key, String content) throws IOException {
        String body = TestGateway.chatBody(MODEL, false).replace("Hi", content);
        try (RawClient client = new RawClient(port)) {
            return client.post(CHAT, body, "Idempotency-Key: " + key, "Connection: close")
                    .readAll();
        }
    }

    @Test
    void killedAfterTheAnswerItGivesTheSameAnswerAgain() throws Exception {
        try (ChildGateway gateway = ChildGateway.start(upstream, SETTINGS, folder)) {
            assertThat(post(gateway.port(), "k", "x")).contains(" 200 ", "one");
            // What comes later is written later, so the first answer is on disk when this one begins.
            assertThat(post(gateway.port(), "later", "y")).contains("two");
            gateway.kill();
        }
        try (ChildGateway gateway = ChildGateway.start(upstream, SETTINGS, folder)) {
            assertThat(post(gateway.port(), "k", "x"))
                    .contains(" 200 ", "one")
                    .containsIgnoringCase("x-sluice-replayed: true");
            assertThat(upstream.visits()).hasSize(2);
        }
    }

    @Test
    void killedInTheMiddleItDoesNotAskAgainWhileNobodyKnowsWhatWasCharged() throws Exception {
        upstream.on("deepseek", Scripts.silent(), Answers.of("late"));
        String settings = SETTINGS + "idempotency: {for: 48h}\n";
        try (ChildGateway gateway = ChildGateway.start(upstream, settings, folder);
                RawClient client = new RawClient(gateway.port())) {
            client.post(CHAT, TestGateway.chatBody(MODEL, false).replace("Hi", "x"), "Idempotency-Key: k");
            upstream.awaitVisit(1);
            gateway.kill();
        }
        HandClock later = new HandClock(Instant.now().toString());
        String yaml = TestGateway.settings(upstream, settings, ChildGateway.data(folder));
        try (InProcess gateway = InProcess.start(yaml, new Clocks(Ticker.SYSTEM, later))) {
            String inDoubt = post(gateway.port(), "k", "x");
            assertThat(inDoubt)
                    .contains(" 409 ", "idempotency_key_in_doubt")
                    .containsIgnoringCase("x-should-retry: false");
            assertThat(post(gateway.port(), "k", "other")).contains(" 422 ");
            later.advance(Duration.ofHours(25));
            assertThat(gateway.resolveDoubts()).isEqualTo(1);
            TestGateway.await(
                    "it is known to be charged", () -> repeated(gateway.port()).contains("idempotency_answer_lost"));
            assertThat(upstream.visits()).hasSize(1);
            later.advance(Duration.ofHours(24));
            assertThat(post(gateway.port(), "k", "x")).contains(" 200 ", "late");
        }
    }

    @Test
    void killedAtAnyMomentNoKeyIsEverAskedTwice() throws Exception {
        int kills = Integer.getInteger("sluice.kills", 4);
        Random random = new Random(1);
        upstream.on("deepseek", Answers.of("a", "b").slowly(Duration.ofMillis(2), Duration.ofMillis(1)));
        AtomicInteger names = new AtomicInteger();
        ConcurrentLinkedQueue<String> unsure = new ConcurrentLinkedQueue<>();
        Map<String, Integer> ends = new HashMap<>();
        for (int kill = 0; kill <= kills; kill++) {
            try (ChildGateway gateway = ChildGateway.start(upstream, SETTINGS, folder)) {
                for (String key = unsure.poll(); key != null; key = unsure.poll()) {
                    String reply = post(gateway.port(), key, key);
                    assertThat(reply).containsAnyOf(" 200 ", "idempotency_key_in_doubt", "idempotency_answer_lost");
                    String end = reply.contains(" 200 ")
                            ? (reply.toLowerCase(java.util.Locale.ROOT).contains("replayed") ? "again" : "anew")
                            : (reply.contains("in_doubt") ? "in doubt" : "lost");
                    ends.merge(end, 1, Integer::sum);
                }
                List<Thread> clients = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    clients.add(Thread.ofVirtual().start(() -> callUntilKilled(gateway.port(), names, unsure)));
                }
                upstream.awaitVisit(upstream.visits().size() + 1 + random.nextInt(60));
                gateway.kill();
                for (Thread client : clients) {
                    client.join();
                }
            }
        }
        Map<String, Integer> asked = new HashMap<>();
        upstream.visits().forEach(visit -> asked.merge(content(visit.request().text()), 1, Integer::sum));
        System.out.println("keys that a kill left open: " + ends + " of " + asked.size());
        assertThat(asked.values()).containsOnly(1);
    }

    private static String content(String body) {
        int from = body.indexOf("key-");
        return body.substring(from, body.indexOf('"', from));
    }

    private static void callUntilKilled(int port, AtomicInteger names, ConcurrentLinkedQueue<String> unsure) {
        while (true) {
            String key = "key-" + names.incrementAndGet();
            try {
                if (!post(port, key, key).contains("completion_tokens")) {
                    unsure.add(key);
                    return;
                }
            } catch (IOException | AssertionError killed) {
                unsure.add(key);
                return;
            }
        }
    }
}
