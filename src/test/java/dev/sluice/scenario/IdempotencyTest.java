package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.Scripts.Cut;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A call repeated under its Idempotency-Key: the same answer, asked and paid for once. */
class IdempotencyTest { // check 107, L14, L15
    private static final String KEY = "idempotency-key";
    private static final String CHAT = "/v1/chat/completions";
    private static final String OPEN = TestGateway.QUICK + """
            server: {idle-connection: 1000h}
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              vllm: {url: $UP/vllm}
              ollama: {url: $UP/ollama}
            """;
    private static final String MODEL = "deepseek/deepseek-flash";

    private final HandTicker ticker = new HandTicker();
    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);
    private final Clocks clocks = new Clocks(ticker, clock);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .on("deepseek", Answers.of("one"), Answers.of("two"), Answers.of("three"));

    private TestGateway start() throws IOException {
        return TestGateway.start(upstream, OPEN, clocks);
    }

    private static Reply ask(TestGateway gateway, boolean stream, String key) {
        return gateway.post(CHAT, TestGateway.chatBody(MODEL, stream), KEY, key);
    }

    @Test
    void aRepeatGetsTheSameAnswerAndNobodyIsAskedAgain() throws IOException {
        try (TestGateway gateway = start()) {
            for (boolean stream : new boolean[] {false, true}) {
                Reply first = ask(gateway, stream, "k" + stream);
                assertThat(first.status()).isEqualTo(200);
                ask(gateway, stream, "k" + stream).assertReplays(first);
                ask(gateway, stream, "k" + stream).assertReplays(first);
            }
            assertThat(upstream.visits()).hasSize(2);
            assertThat(gateway.awaitLedger(2)).hasSize(2);
        }
    }

    @Test
    void bothDialectsAndAllRoutesCanBeRepeated() throws IOException {
        upstream.on("vllm", Answers.of("a", "b")).on("ollama", Answers.of("c", "d"));
        try (TestGateway gateway = start()) {
            int number = 0;
            for (String path : List.of(CHAT, "/v1/embeddings", "/api/chat", "/api/embed")) {
                for (String model : List.of("vllm/x", MODEL)) {
                    String body = path.contains("embed")
                            ? "{\"model\":\"vllm/x\",\"input\":\"Hi\"}"
                            : TestGateway.chatBody(model, path.contains("api"));
                    String key = "route-" + number++;
                    Reply first = gateway.post(path, body, KEY, key);
                    assertThat(first.status()).as(path + first.body()).isEqualTo(200);
                    gateway.post(path, body, KEY, key).assertReplays(first);
                }
            }
            assertThat(upstream.visits()).hasSize(number);
        }
    }

    @Test
    void oneAnswerMadeOfSeveralCallsIsRepeatedAsOne() throws IOException {
        upstream.on("ollama", Answers.of("a", "b"));
        try (TestGateway gateway = start()) {
            for (boolean stream : new boolean[] {false, true}) {
                String body = TestGateway.chatBody("ollama/x", stream).replace("{\"model\"", "{\"n\":3,\"model\"");
                Reply first = gateway.post(CHAT, body, KEY, "n" + stream);
                assertThat(first.status()).as(first.body()).isEqualTo(200);
                gateway.post(CHAT, body, KEY, "n" + stream).assertReplays(first);
            }
            assertThat(upstream.visits()).hasSize(6);
        }
    }

    @Test
    void withoutTheHeaderEveryCallIsItsOwn() throws IOException {
        try (TestGateway gateway = start()) {
            assertThat(gateway.chat(MODEL).text()).isEqualTo("one");
            assertThat(gateway.chat(MODEL).text()).isEqualTo("two");
            assertThat(ask(gateway, false, "another").text()).isEqualTo("three");
        }
    }

    @Test
    void aKeyStandsForOneCallOnly() throws IOException {
        try (TestGateway gateway = start()) {
            ask(gateway, false, "k");
            Reply stream = ask(gateway, true, "k");
            assertThat(stream.status()).isEqualTo(422);
            assertThat(stream.body())
                    .contains("Idempotency-Key was used for another call", "\"invalid_request_error\"")
                    .contains("\"idempotency_key_reused\"");
            Reply otherPath = gateway.post("/api/chat", TestGateway.chatBody(MODEL, false), KEY, "k");
            assertThat(otherPath.status()).isEqualTo(422);
            assertThat(otherPath.body()).startsWith("{\"error\":\"this Idempotency-Key was used for another call");
            assertThat(otherPath.header("x-sluice-cost")).isEqualTo("0");
            assertThat(upstream.visits()).hasSize(1);
        }
    }

    @Test
    void aRepeatIsToldToWaitWhileTheFirstStillRuns() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Answers answer = Answers.of("slow");
        upstream.on("deepseek", (Script) visit -> {
            go.await();
            answer.play(visit);
        });
        try (TestGateway gateway = start();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> first = clients.submit(() -> ask(gateway, true, "k"));
            upstream.awaitVisit(1);
            Reply tooEarly = ask(gateway, true, "k");
            assertThat(tooEarly.status()).isEqualTo(409);
            assertThat(tooEarly.header("retry-after")).isEqualTo("1");
            assertThat(tooEarly.body()).contains("still runs").contains("\"idempotency_key_in_use\"");
            assertThat(ask(gateway, false, "k").status()).isEqualTo(422);
            go.countDown();
            awaitAnswer(gateway).assertReplays(first.get());
            assertThat(upstream.visits()).hasSize(1);
        }
    }

    private static Reply awaitAnswer(TestGateway gateway) {
        TestGateway.await("answered", () -> gateway.running() == 0);
        return ask(gateway, true, "k");
    }

    @Test
    void theSameCallTwentyTimesAtOnceIsMadeOnce() throws Exception {
        try (TestGateway gateway = start();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> replies = IntStream.range(0, 20)
                    .mapToObj(_ -> clients.submit(() -> ask(gateway, false, "k")))
                    .toList();
            for (Future<Reply> reply : replies) {
                assertThat(reply.get().status()).isIn(200, 409);
            }
            assertThat(upstream.visits()).hasSize(1);
            assertThat(gateway.awaitLedger(1)).hasSize(1);
        }
    }

    @Test
    void aFailedCallMayBeTriedAgain() throws IOException {
        Answers good = Answers.of("one", "two");
        upstream.on("deepseek", Scripts.status(400, "no"), Scripts.cutAfter(good, 2, Cut.FIN), good);
        try (TestGateway gateway = start()) {
            assertThat(ask(gateway, true, "k").status()).isEqualTo(400);
            Reply broken = ask(gateway, true, "k");
            assertThat(broken.status()).isEqualTo(200);
            assertThat(broken.body()).contains("\"error\"");
            Reply whole = ask(gateway, true, "k");
            assertThat(whole.text()).isEqualTo("onetwo");
            ask(gateway, true, "k").assertReplays(whole);
            assertThat(upstream.visits()).hasSize(3);
        }
    }

    @Test
    void aCallRefusedHereMayBeTriedAgainToo() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, OPEN + "rate-limits: {per-endpoint: 1}\n", clocks)) {
            ask(gateway, false, "another");
            assertThat(ask(gateway, false, "k").status()).isEqualTo(429);
            ticker.advance(Duration.ofMinutes(1));
            assertThat(ask(gateway, false, "k").text()).isEqualTo("two");
        }
    }

    @Test
    void whereOneOfSeveralCallsFailsNothingIsKept() throws IOException {
        Answers good = Answers.of("one", "two");
        upstream.on("ollama", good, Scripts.cutAfter(good, 1, Cut.FIN), good, good);
        try (TestGateway gateway = start()) {
            String body = TestGateway.chatBody("ollama/x", true).replace("{\"model\"", "{\"n\":2,\"model\"");
            assertThat(gateway.post(CHAT, body, KEY, "k").body()).contains("\"error\"");
            Reply whole = gateway.post(CHAT, body, KEY, "k");
            assertThat(whole.header("x-sluice-replayed")).isEmpty();
            assertThat(whole.body()).doesNotContain("\"error\"");
            gateway.post(CHAT, body, KEY, "k").assertReplays(whole);
        }
    }

    @Test
    void aClientThatLostItsConnectionGetsTheAnswerOfTheOneCallThatIsPaid() throws Exception { // L14
        for (boolean stream : new boolean[] {true, false}) {
            CountDownLatch go = new CountDownLatch(1);
            Answers answer = Answers.of("first ", "and only");
            upstream.on("deepseek", (Script) visit -> {
                go.await();
                answer.play(visit);
            });
            int before = upstream.visits().size();
            String key = "k" + stream;
            try (TestGateway gateway = start()) {
                try (RawClient client = gateway.connect()) {
                    client.post(CHAT, TestGateway.chatBody(MODEL, stream), "Idempotency-Key: " + key);
                    upstream.awaitVisit(before + 1);
                }
                assertThat(ask(gateway, stream, key).status()).isEqualTo(409);
                go.countDown();
                TestGateway.await("the call is over", () -> gateway.running() == 0);
                Reply repeat = ask(gateway, stream, key);
                assertThat(repeat.text()).isEqualTo("first and only");
                assertThat(repeat.header("x-sluice-replayed")).isEqualTo("true");
                assertThat(upstream.visits()).hasSize(before + 1);
                assertThat(gateway.awaitLedger(1))
                        .hasSize(1)
                        .allSatisfy(attempt -> assertThat(attempt.how()).isEqualTo("ok"));
            }
        }
    }

    @Test
    void aClientThatReadsNoFurtherHoldsUpItsAnswerOnlyUntilItIsTakenForGone() throws Exception {
        String[] pieces =
                IntStream.range(0, 400).mapToObj(_ -> "x".repeat(2_000)).toArray(String[]::new);
        upstream.on("deepseek", Answers.of(pieces));
        String settings = OPEN.replace("server: {", "server: {stalled-client: 400ms, ");
        try (TestGateway gateway = TestGateway.start(upstream, settings);
                RawClient client = new RawClient(gateway.port(), 4_096)) {
            client.post(CHAT, TestGateway.chatBody(MODEL, true), "Idempotency-Key: k")
                    .readUntil("xxx");
            TestGateway.await("the call is over", () -> gateway.running() == 0);
            Reply repeat = ask(gateway, true, "k");
            assertThat(repeat.header("x-sluice-replayed")).isEqualTo("true");
            assertThat(repeat.body().chars().filter(letter -> letter == 'x').count())
                    .isGreaterThanOrEqualTo(400 * 2_000);
        }
    }

    @Test
    void callsThatGoOnWithoutTheirClientsCountTheirBodiesToTheEnd() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Answers answer = Answers.of("one");
        upstream.on("deepseek", (Script) visit -> {
            go.await();
            answer.play(visit);
        });
        String settings = OPEN.replace("server: {", "server: {body: 1MiB, bodies: 2MiB, ");
        String large = TestGateway.chatBody(MODEL, false).replace("\"messages\"", " ".repeat(900_000) + "\"messages\"");
        try (TestGateway gateway = TestGateway.start(upstream, settings)) {
            for (int call = 1; call <= 2; call++) {
                try (RawClient client = gateway.connect()) {
                    client.post(CHAT, large, "Idempotency-Key: k" + call);
                    upstream.awaitVisit(call);
                }
            }
            assertThat(gateway.post(CHAT, large, KEY, "k3").status()).isEqualTo(503);
            go.countDown();
            TestGateway.await("the calls are over", () -> gateway.running() == 0);
            assertThat(gateway.post(CHAT, large, KEY, "k3").status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerTooLongToKeepIsNotReadOnForAClientThatLeft() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Answers tooLong = Answers.of("x".repeat(700_000), "y".repeat(700_000), "z");
        upstream.on(
                "deepseek",
                (Script) visit -> {
                    go.await();
                    Scripts.thenWaits(tooLong, 3).play(visit);
                },
                Answers.of("two"));
        try (TestGateway gateway = start()) {
            try (RawClient client = gateway.connect()) {
                client.post(CHAT, TestGateway.chatBody(MODEL, true), "Idempotency-Key: k");
                upstream.awaitVisit(1);
            }
            go.countDown();
            TestGateway.await("the call is over", () -> gateway.running() == 0);
            assertThat(gateway.awaitLedger(1))
                    .singleElement()
                    .satisfies(attempt -> assertThat(attempt.how()).isEqualTo("cancelled"));
            assertThat(ask(gateway, true, "k").text()).isEqualTo("two");
        }
    }

    @Test
    void aKeyIsVisibleAsciiOfAtMost255Characters() throws IOException {
        try (TestGateway gateway = start()) {
            String body = TestGateway.chatBody(MODEL, false);
            assertThat(ask(gateway, false, "k".repeat(255)).status()).isEqualTo(200);
            for (String wrong : List.of("k".repeat(256), "two words", "")) {
                Reply refused = ask(gateway, false, wrong);
                assertThat(refused.status()).as(wrong).isEqualTo(400);
                assertThat(refused.body()).contains("Idempotency-Key must be", "invalid_request_error");
                assertThat(gateway.post("/api/chat", body, KEY, wrong).body())
                        .startsWith("{\"error\":\"Idempotency-Key must be");
            }
            assertThat(upstream.visits()).hasSize(1);
        }
    }

    @Test
    void repeatsCountAgainstTheLimitsOfTheirClient() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, OPEN + "rate-limits: {per-endpoint: 2}\n", clocks)) {
            assertThat(ask(gateway, false, "k").header("x-ratelimit-remaining-requests"))
                    .isEqualTo("1");
            assertThat(ask(gateway, false, "k").header("x-ratelimit-remaining-requests"))
                    .isEqualTo("0");
            assertThat(ask(gateway, false, "k").status()).isEqualTo(429);
        }
    }
}
