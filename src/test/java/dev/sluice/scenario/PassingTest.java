package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.Scripts.Cut;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.UpstreamRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What passes through unchanged, what never passes through, and who is let in. */
class PassingTest {
    private static final String SECRET = "sk-canary-7f3a9c51d2e84b60";
    private static final String CLIENT_KEY = "client-canary-0b1c2d3e4f506172";
    private static final String FREE = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm, concurrency: 300, key: "%s"}
            """.formatted(SECRET);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @Test
    void aRequestsBytesReachTheProviderAsTheyCame() throws IOException { // peers
        String body = "{ \"model\" : \"vllm/x\",\"seed\":9007199254740993 , \"temperature\":1.10,\"top_p\":1e0,\n"
                + "\t\"made_up\": {\"a\":[1,  2.50,\"\\u00e9\"]},\"messages\":[{\"role\":\"user\",\"content\":\"H\\u0069 \\/ \ud83d\ude00\"}]}";
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            assertThat(gateway.post("/v1/chat/completions", body).status()).isEqualTo(200);
            assertThat(upstream.last().request().text()).isEqualTo(body.replace("\"vllm/x\"", "\"x\""));
        }
    }

    @Test
    void unknownFieldsOfTheAnswerAreKept() throws IOException { // peers
        upstream.on("vllm", Answers.of("Hi").members("\"made_up\":{\"big\":9007199254740993,\"x\":1.10},"));
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            assertThat(gateway.chat("vllm/x").body()).contains("\"made_up\":{\"big\":9007199254740993,\"x\":1.10}");
            assertThat(gateway.stream("vllm/x").body()).contains("\"made_up\":{\"big\":9007199254740993,\"x\":1.10}");
        }
    }

    @Test
    void aResetAfterThreeChunksIsAnErrorAndTheNextCallIsServed() throws IOException { // peers
        Answers answer = Answers.of("one", "two", "three");
        for (Cut how : Cut.values()) {
            upstream.on("vllm", Scripts.cutAfter(answer, 3, how), answer);
            try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
                Reply broken = gateway.stream("vllm/x");
                assertThat(broken.text()).isEqualTo("onetwo");
                assertThat(broken.body()).contains("\"error\"").doesNotContain("\"stop\"");
                Reply next = gateway.stream("vllm/x");
                assertThat(next.status()).isEqualTo(200);
                assertThat(next.text()).isEqualTo("onetwothree");
            }
        }
    }

    @Test
    void aConnectionThatDiedBetweenTwoCallsIsNoticed() throws IOException { // peers
        Answers answer = Answers.of("Hi");
        upstream.on("vllm", visit -> {
            answer.play(visit);
            visit.close(); // keep-alive was promised
        });
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.chat("vllm/x").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aKeptConnectionThatEndsUnderTheNextCallIsTriedAnewAndHeldAgainstNobody() throws IOException {
        Answers answer = Answers.of("Hi");
        AtomicInteger visits = new AtomicInteger();
        upstream.on("vllm", visit -> {
            if (visits.incrementAndGet() % 2 == 1) {
                answer.play(visit);
            } else {
                visit.close();
            }
        });
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            for (int i = 0; i < 12; i++) {
                assertThat(gateway.chat("vllm/x").status()).as("call %d", i).isEqualTo(200);
            }
        }
    }

    @Test
    void aRateLimitWithoutAnybodyElseIsPassedOnWithItsWait() throws IOException { // peers
        upstream.on("vllm", Scripts.status(429, "slow down", "retry-after: 17"));
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            Reply reply = gateway.chat("vllm/x");
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.header("retry-after")).isEqualTo("17");
            Reply second = gateway.chat("vllm/x");
            assertThat(second.status()).isIn(429, 503);
            assertThat(second.header("retry-after")).isIn("16", "17");
        }
    }

    @Test
    void whatIsNoRequestIsRefusedHereAndReachesNobody() throws IOException { // peers
        try (TestGateway gateway = TestGateway.start(upstream, FREE + "server: {body: 64KiB}\n")) {
            for (String body : List.of("", "{", "[]", "nonsense", "{\"model\":\"vllm/x\",}", "{\"messages\":[]}")) {
                assertThat(gateway.post("/v1/chat/completions", body).status())
                        .as(body)
                        .isEqualTo(400);
            }
            String large = TestGateway.chatBody("vllm/" + "x".repeat(70_000), false);
            assertThat(gateway.post("/v1/chat/completions", large).status()).isEqualTo(413);
            for (String time : List.of("soon", "-1", "0", "NaN", "1e99", "")) {
                assertThat(gateway.post(
                                        "/v1/chat/completions",
                                        TestGateway.chatBody("vllm/x", false),
                                        "x-sluice-timeout",
                                        time)
                                .status())
                        .as(time)
                        .isEqualTo(400);
            }
            assertThat(upstream.visits()).isEmpty();
        }
    }

    @Test
    void onlyAKnownKeyOpensAndNobodysOwnKeyIsPassedOn() throws IOException { // check 56
        String keyed =
                FREE + "keys: [{name: app, key: " + CLIENT_KEY + "}, {name: boss, key: boss-key, admin: true}]\n";
        try (TestGateway gateway = TestGateway.start(upstream, keyed)) {
            String body = TestGateway.chatBody("vllm/x", false);
            String path = "/v1/chat/completions";
            assertThat(gateway.post(path, body).status()).isEqualTo(401);
            assertThat(gateway.post(path, body, "Authorization", "Bearer wrong").status())
                    .isEqualTo(401);
            assertThat(gateway.post("/api/chat", body, "Authorization", "Basic " + CLIENT_KEY)
                            .status())
                    .isEqualTo(401);
            assertThat(upstream.visits()).isEmpty();
            assertThat(gateway.post(
                                    path,
                                    body,
                                    "Authorization",
                                    "Bearer " + CLIENT_KEY,
                                    "cookie",
                                    "c=1",
                                    "x-api-key",
                                    "other",
                                    "openai-organization",
                                    "org")
                            .status())
                    .isEqualTo(200);
            UpstreamRequest seen = upstream.last().request();
            assertThat(seen.headers()).containsEntry("authorization", "Bearer " + SECRET);
            assertThat(seen.headers().keySet())
                    .doesNotContain("cookie", "x-api-key", "openai-organization", "x-forwarded-for");
            assertThat(seen.headers().toString()).doesNotContain(CLIENT_KEY);
            assertThat(gateway.get("/stats", "Authorization", "Bearer " + CLIENT_KEY)
                            .status())
                    .isEqualTo(401);
            assertThat(gateway.get("/stats", "Authorization", "Bearer boss-key").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void noSecretIsEverShown() throws IOException { // Y: canary keys
        String echo = "invalid key Bearer " + SECRET + " at http://10.0.0.7:8000/v1";
        java.io.PrintStream stdout = System.out;
        java.io.PrintStream stderr = System.err;
        java.io.ByteArrayOutputStream said = new java.io.ByteArrayOutputStream();
        StringBuilder shown = new StringBuilder();
        System.setOut(new java.io.PrintStream(said, true, java.nio.charset.StandardCharsets.UTF_8));
        System.setErr(new java.io.PrintStream(said, true, java.nio.charset.StandardCharsets.UTF_8));
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            for (int status : new int[] {400, 401, 402, 403, 404, 422, 429, 500, 503}) {
                upstream.on("vllm", Scripts.status(status, echo));
                shown.append(
                        gateway.chat("vllm/m" + status).response().headers().map());
                Reply reply = gateway.post("/api/chat", TestGateway.chatBody("vllm/n" + status, true));
                shown.append(reply.response().headers().map()).append(reply.body());
            }
            upstream.on(
                    "vllm",
                    Scripts.thenSends(Answers.of("a", "b"), 2, "data: {\"error\":{\"message\":\"" + echo + "\"}}\n\n"));
            shown.append(gateway.stream("vllm/z").body());
            for (String page : List.of("/stats", "/metrics", "/health", "/v1/models", "/api/tags")) {
                shown.append(gateway.get(page).body());
            }
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
        assertThat(shown.toString()).doesNotContain(SECRET).doesNotContain("10.0.0.7");
        assertThat(said.toString(java.nio.charset.StandardCharsets.UTF_8)).doesNotContain(SECRET);
    }

    @Test
    void twoHundredStreamsAtOnceKeepTheirOrder() throws Exception { // check 158
        String[] words = new String[50];
        for (int i = 0; i < words.length; i++) {
            words[i] = "w" + i + " ";
        }
        upstream.on("vllm", Answers.of(words).slowly(Duration.ofMillis(50), Duration.ofMillis(2)));
        List<Future<Reply>> replies = new ArrayList<>();
        int before = threads().size();
        try (TestGateway gateway = TestGateway.start(upstream, FREE);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                String path = i % 2 == 0 ? "/v1/chat/completions" : "/api/chat";
                replies.add(callers.submit(() -> gateway.post(path, TestGateway.chatBody("vllm/x", true))));
            }
            for (Future<Reply> reply : replies) {
                assertThat(reply.get().text()).isEqualTo(String.join("", words));
            }
            assertThat(threads()).hasSizeLessThan(before + 40);
        }
    }

    /** The names of all threads but those of the test's own HTTP client, which makes more of them the busier it is. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("HttpClient-"))
                .toList();
    }

    @Test
    void oneByteAtATimeAndSplitCharactersArriveWhole() throws IOException { // S13
        Answers answer = Answers.of("Gr\u00fc\u00dfe \uc548\ub155 ", "\ud83d\ude00!");
        upstream.on("vllm", Scripts.byteByByte(answer));
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            assertThat(gateway.stream("vllm/x").text()).isEqualTo("Gr\u00fc\u00dfe \uc548\ub155 \ud83d\ude00!");
            assertThat(gateway.chat("vllm/x").text()).isEqualTo("Gr\u00fc\u00dfe \uc548\ub155 \ud83d\ude00!");
            assertThat(gateway.post("/api/chat", TestGateway.chatBody("vllm/x", true))
                            .text())
                    .isEqualTo("Gr\u00fc\u00dfe \uc548\ub155 \ud83d\ude00!");
        }
    }

    @Test
    void aPackedAnswerComesOutPlain() throws IOException { // check 108, S21
        upstream.on("vllm", Scripts.gzipped(Answers.of("packed")));
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            Reply whole = gateway.chat("vllm/x");
            assertThat(whole.text()).isEqualTo("packed");
            assertThat(whole.header("content-encoding")).isEmpty();
            assertThat(gateway.stream("vllm/x").text()).isEqualTo("packed");
            upstream.on("vllm", Answers.of("plain"));
            assertThat(gateway.chat("vllm/x").text()).isEqualTo("plain"); // Over the same connections.
        }
    }

    @Test
    void halfAPackedAnswerIsNoAnswer() throws IOException { // S21
        upstream.on("vllm", Scripts.gzippedHalf(Answers.of("packed")));
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            assertThat(gateway.chat("vllm/x").status()).isEqualTo(502);
            assertThat(gateway.stream("vllm/x").status()).isEqualTo(502);
        }
    }

    @Test
    void waitingSignsBeforeTheAnswerDoNotHurtIt() throws IOException { // S03, DeepSeek and OpenRouter
        upstream.on("vllm", Scripts.patiently(Answers.of("late"), 5, Duration.ofMillis(20)));
        try (TestGateway gateway = TestGateway.start(upstream, FREE)) {
            assertThat(gateway.chat("vllm/x").text()).isEqualTo("late");
            assertThat(gateway.stream("vllm/x").text()).isEqualTo("late");
        }
    }

    @Test
    void aClientThatClosesItsOtherHalfStillGetsEveryByteOrIsGone() throws Exception { // S08
        upstream.on("vllm", Answers.of("a", "b").slowly(Duration.ofMillis(30), Duration.ofMillis(10)));
        try (TestGateway gateway = TestGateway.start(upstream, FREE);
                RawClient client = gateway.connect()) {
            client.post("/v1/chat/completions", TestGateway.chatBody("vllm/x", true));
            upstream.awaitVisit(1);
            client.halfClose();
            client.readAll();
            TestGateway.await("nothing is left running", () -> gateway.running() == 0);
        }
    }
}
