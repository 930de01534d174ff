package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.Scripts.Cut;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From one provider to the next: what the client sees, what it costs, and where it ends. */
class FailoverTest {
    private static final Answers GOOD = Answers.of("Guten", " Tag");
    private static final Duration IDLE = Duration.ofSeconds(1);
    static final String CHAIN = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1, first-content: 400ms, whole-answer: 400ms, idle: 400ms}
              openrouter: {url: $UP/openrouter, key: k2, first-content: 400ms, whole-answer: 400ms, idle: 400ms}
              ollama-cloud: {url: $UP/ollama-cloud, key: k3, first-content: 400ms, whole-answer: 400ms, idle: 400ms}
            models:
              m: {order: written, chain: [deepseek/deepseek-flash, openrouter/deepseek/deepseek-v3.2, ollama-cloud/deepseek-v4-flash]}
              n: {order: written, chain: [ollama-cloud/deepseek-v4-flash, deepseek/deepseek-flash]}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .charging("openrouter/deepseek/deepseek-v3.2", "0.269", "0.1345", "0.4")
            .charging("ollama-cloud/deepseek-v4-flash", "0.22", "0.007", "0.66");

    record Failing(String name, Script script) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Everything that may go wrong before any content. */
    static List<Failing> failuresBeforeContent() {
        return List.of(
                new Failing("500", Scripts.status(500, "boom")),
                new Failing(
                        "502 page", visit -> visit.reply(502, "text/html", "<html><body>Bad gateway</body></html>")),
                new Failing("101 that nobody asked for", visit -> visit.reply(101, "text/plain", "")),
                new Failing("503", Scripts.status(503, "overloaded")),
                new Failing("529", Scripts.status(529, "overloaded")),
                new Failing("429", Scripts.status(429, "slow down")),
                new Failing("401", Scripts.status(401, "bad key")),
                new Failing("402", Scripts.status(402, "Insufficient Balance")),
                new Failing("404", Scripts.status(404, "model not found")),
                new Failing("FIN before head", Scripts.drop(Cut.FIN)),
                new Failing("RST before head", Scripts.drop(Cut.RST)),
                new Failing("FIN after a few bytes", Scripts.cutAt(GOOD, 20, Cut.FIN)),
                new Failing("RST after a few bytes", Scripts.cutAt(GOOD, 20, Cut.RST)),
                new Failing("malformed first chunk", Scripts.body("text/event-stream", "data: {\"choices\":[{]}\n\n")),
                new Failing("HTML as 200", Scripts.body("text/html", "<html><body>Welcome!</body></html>")),
                new Failing("empty body", Scripts.body("application/json", "")),
                new Failing("wrong types", Scripts.body("application/json", "{\"choices\":42}")),
                new Failing("an array", Scripts.body("application/json", "[1,2,3]")),
                new Failing(
                        "error in 200",
                        Scripts.body("application/json", "{\"error\":{\"message\":\"no\",\"code\":500}}")),
                new Failing(
                        "error in a choice of 200",
                        Scripts.body( // check 84
                                "application/json",
                                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"x\",\"choices\":[{\"index\":0,"
                                        + "\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},"
                                        + "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"error\"}]}")),
                new Failing(
                        "error event in 200",
                        Scripts.body(
                                "text/event-stream",
                                "data: {\"error\":{\"message\":\"no\",\"code\":429}}\n\ndata: [DONE]\n\n")),
                new Failing("[DONE] alone", Scripts.body("text/event-stream", "data: [DONE]\n\n")),
                new Failing("silence", Scripts.silent()),
                new Failing("keep-alives for ever", Scripts.headThenSilence()));
    }

    @ParameterizedTest
    @MethodSource("failuresBeforeContent")
    void aFailureBeforeContentIsInvisibleInAStream(Failing failing) throws IOException { // check 144, S01
        upstream.on("deepseek", failing.script).on("openrouter", GOOD);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN)) {
            Reply reply = gateway.stream("m");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("Guten Tag");
            assertThat(reply.body()).doesNotContain("error").endsWith("data: [DONE]\n\n");
            assertThat(reply.header("x-sluice-provider")).isEqualTo("openrouter");
        }
    }

    @ParameterizedTest
    @MethodSource("failuresBeforeContent")
    void aFailureBeforeContentIsInvisibleInAWholeAnswer(Failing failing) throws IOException { // check 144
        upstream.on("deepseek", failing.script).on("openrouter", GOOD);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN)) {
            Reply reply = gateway.chat("m");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("Guten Tag");
            assertThat(reply.header("x-sluice-provider")).isEqualTo("openrouter");
        }
    }

    @ParameterizedTest
    @MethodSource("failuresBeforeContent")
    void aFailureBeforeContentIsInvisibleBetweenDialects(Failing failing) throws IOException { // check 144
        upstream.on("ollama-cloud", failing.script).on("deepseek", GOOD);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN)) {
            Reply reply = gateway.post("/api/chat", TestGateway.chatBody("n", true));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("Guten Tag");
            assertThat(reply.body()).contains("\"done\":true").doesNotContain("\"error\"");
            assertThat(reply.header("x-sluice-provider")).isEqualTo("deepseek");
        }
    }

    static List<Failing> failuresAfterContent() {
        return List.of(
                new Failing("FIN", Scripts.cutAfter(GOOD, 2, Cut.FIN)),
                new Failing("RST", Scripts.cutAfter(GOOD, 2, Cut.RST)),
                new Failing("malformed chunk", Scripts.thenSends(GOOD, 2, "data: {\"choices\":[{]}\n\n")),
                new Failing("clean end", Scripts.thenSends(GOOD, 2, "")),
                new Failing(
                        "429 in the stream",
                        Scripts.thenSends( // check 145
                                GOOD,
                                2,
                                "data: {\"error\":{\"message\":\"slow down\",\"code\":429}}\n\ndata: [DONE]\n\n")),
                new Failing(
                        "error then [DONE]",
                        Scripts.thenSends(GOOD, 2, "data: {\"error\":{\"message\":\"boom\"}}\n\ndata: [DONE]\n\n")),
                new Failing("silence", visit -> {
                    visit.begin(200, "text/event-stream");
                    for (String frame : GOOD.frames(visit.request()).subList(0, 2)) {
                        visit.send(frame);
                    }
                    visit.sawHangUp(Duration.ofSeconds(30));
                }));
    }

    @ParameterizedTest
    @MethodSource("failuresAfterContent")
    void aFailureAfterContentIsToldInTheStreamAndNobodyElseIsAsked(Failing failing) throws IOException { // check 144
        upstream.on("deepseek", failing.script);
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN)) {
            Reply reply = gateway.stream("m");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("Guten");
            assertThat(reply.body().split("\"error\":", -1)).as("one error").hasSize(2);
            assertThat(reply.body()).doesNotContain("\"finish_reason\":\"stop\"", "[DONE]"); // I9
            assertThat(upstream.visits()).hasSize(1);
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.state()).isEqualTo("SETTLED");
            assertThat(row.estimated()).isTrue();
        }
    }

    @Test
    void aRefusalInTheMiddleOfAStreamEndsItAndKeepsNobodyBusy() throws IOException { // check 145
        upstream.on(
                        "deepseek",
                        Scripts.thenSends(
                                GOOD,
                                2,
                                "data: {\"error\":{\"message\":\"slow down\",\"code\":429}}\n\ndata: [DONE]\n\n"))
                .on("openrouter", GOOD.slowly(IDLE, Duration.ZERO));
        String settings = CHAIN.replace("k2, first-content: 400ms, whole-answer: 400ms, idle: 400ms", "k2");
        try (TestGateway gateway = TestGateway.start(upstream, settings + "  alone: deepseek/deepseek-flash\n")) {
            gateway.chat("openrouter/deepseek/deepseek-v3.2"); // What follows is measured, so nothing is new by then.
            Reply reply = gateway.stream("alone");
            assertThat(reply.text()).isEqualTo("Guten");
            assertThat(reply.body()).contains("event: error\n", "\"code\":\"rate_limit_exceeded\"");
            TestGateway.await("nobody is served", () -> gateway.running() == 0);
            long before = eventLoopNanos();
            assertThat(gateway.chat("openrouter/deepseek/deepseek-v3.2").status())
                    .isEqualTo(200);
            assertThat(Duration.ofNanos(eventLoopNanos() - before))
                    .as("processor time of the event loops in a second of waiting")
                    .isLessThan(IDLE.dividedBy(4));
            assertThat(upstream.visits("deepseek")).hasSize(1);
        }
    }

    private static long eventLoopNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] loops = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .filter(thread -> thread.getThreadName().contains("eventloop"))
                .mapToLong(ThreadInfo::getThreadId)
                .toArray();
        assertThat(loops).as("event loops").isNotEmpty();
        return Arrays.stream(loops)
                .map(thread -> Math.max(0, threads.getThreadCpuTime(thread)))
                .sum();
    }

    @Test
    void aStreamCutAtAnyByteEndsWholeOrWithAnErrorAndNeverInBetween() throws Exception { // S01, I9
        Answers answer = Answers.of("Gr\u00fc\u00dfe", " \uc548\ub155", "!");
        int length = 0;
        upstream.on("deepseek", answer);
        try (TestGateway gateway = TestGateway.start(
                        upstream,
                        CHAIN
                                + "breaker: {failures: 100000, calls: 100000}\nrate-limits: {per-endpoint: 0, per-client: 0}\n")
                .withoutSums()) {
            gateway.stream("m");
            length = answer.body(upstream.last().request()).length;
            for (int cut = 0; cut < length; cut += 31) {
                upstream.on("deepseek", Scripts.cutAt(answer, cut, cut % 2 == 0 ? Cut.FIN : Cut.RST));
                upstream.on("openrouter", answer);
                Reply reply = gateway.stream("m");
                assertThat(reply.status()).isEqualTo(200);
                boolean whole = reply.text().equals("Gr\u00fc\u00dfe \uc548\ub155!")
                        && !reply.body().contains("\"error\"");
                boolean broken = reply.body().contains("\"error\"");
                assertThat(whole).isEqualTo(reply.body().endsWith("data: [DONE]\n\n"));
                assertThat(whole || broken)
                        .as("cut at %d: %s", cut, reply.body())
                        .isTrue();
            }
        }
        assertThat(length).isGreaterThan(500);
    }

    @Test
    void theWholeChainFailingIsOneErrorAndNoMoreCallsThanPlanned() throws IOException { // check 104
        upstream.on("deepseek", Scripts.status(500, "one"))
                .on("openrouter", Scripts.status(503, "two"))
                .on("ollama-cloud", Scripts.status(429, "three"));
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN)) {
            Reply reply = gateway.chat("m");
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.header("x-should-retry")).isEqualTo("false");
            assertThat(reply.body().split("\"error\"", -1)).hasSize(2);
            // 500: two retries; 503: one retry; 429 without a hint: none.
            assertThat(upstream.visits("deepseek")).hasSize(3);
            assertThat(upstream.visits("openrouter")).hasSize(2);
            assertThat(upstream.visits("ollama-cloud")).hasSize(1);
        }
    }

    @Test
    void allAttemptsTogetherAreSixAtMost() throws IOException { // check 104, I10
        String many = TestGateway.QUICK + """
                providers:
                  deepseek: {url: $UP/deepseek, key: k}
                models:
                  m: {order: written, chain: [deepseek/a, deepseek/b, deepseek/c, deepseek/d, deepseek/e]}
                """;
        upstream.on("deepseek", Scripts.status(500, "no"));
        try (TestGateway gateway = TestGateway.start(upstream, many)) {
            assertThat(gateway.stream("m").status()).isEqualTo(502);
            assertThat(upstream.visits()).hasSize(6);
        }
    }

    @Test
    void onlyLifecycleFramesAndThenNothingGivesATrueStatus() throws IOException { // S02
        String lifecycle =
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
        upstream.on("deepseek", Scripts.body("text/event-stream", lifecycle))
                .on("openrouter", Scripts.status(500, "no"))
                .on("ollama-cloud", Scripts.status(500, "no"));
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN)) {
            Reply reply = gateway.stream("m");
            assertThat(reply.status()).isEqualTo(502);
            assertThat(reply.header("content-type")).startsWith("application/json");
        }
    }

    @Test
    void aRequestThatEveryProviderWouldRefuseIsAskedOnce() throws IOException { // F03
        upstream.on("deepseek", Scripts.status(400, "messages must not be empty"));
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN)) {
            for (int i = 1; i <= 12; i++) {
                assertThat(gateway.chat("m").status()).isEqualTo(400);
                assertThat(upstream.visits()).hasSize(i);
            }
            assertThat(gateway.get("/health").body()).contains("\"circuit_breaker\":\"closed\"");
        }
    }

    @Test
    void theCallersOwnTimeEndsTheChainInTime() throws IOException { // F13, check 104
        upstream.on("deepseek", Scripts.silent())
                .on("openrouter", Scripts.silent())
                .on("ollama-cloud", Scripts.silent());
        try (TestGateway gateway = TestGateway.start(upstream, CHAIN)) {
            long start = System.nanoTime();
            Reply reply =
                    gateway.post("/v1/chat/completions", TestGateway.chatBody("m", true), "x-sluice-timeout", "0.7");
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(reply.status()).isEqualTo(504);
            assertThat(reply.header("x-should-retry")).isEqualTo("false");
            assertThat(took).isBetween(Duration.ofMillis(690), Duration.ofMillis(1_100));
            assertThat(upstream.visits()).hasSize(2);
            assertThat(gateway.awaitLedger(2)).allMatch(row -> row.state().equals("IN_DOUBT"));
        }
    }

    @Test
    void nobodySetUpIsARefusalAndNoLocalModelStepsIn() throws IOException { // check 143, F14
        String refusing = TestGateway.QUICK + """
                providers:
                  deepseek: {url: $UP/deepseek}
                  ollama: {url: $UP/ollama}
                models:
                  m: {order: written, chain: [deepseek/deepseek-flash]}
                """;
        try (TestGateway gateway = TestGateway.start(upstream, refusing)) {
            Reply refused = gateway.chat("m");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("deepseek: not_set_up");
            assertThat(upstream.visits()).isEmpty();
        }
    }
}
