package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that lies costs one bounded, booked attempt. */
class LyingProviderTest {
    private static final long GIGABYTE = 1L << 30;
    private static final String PROVIDERS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1, first-content: 20s, whole-answer: 20s}
              ollama-cloud: {url: $UP/ollama-cloud, key: k2, first-content: 20s, whole-answer: 20s}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void failsBounded(TestGateway gateway, String model, boolean stream, long mostBytes) throws Exception {
        Reply reply = gateway.post("/v1/chat/completions", TestGateway.chatBody(model, stream));
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.body()).contains("\"error\"");
        assertThat(upstream.last().isOver(Duration.ofSeconds(10))).isTrue();
        assertThat(upstream.visits()).allMatch(visit -> visit.sentBytes() < mostBytes);
    }

    @Test
    void anEndlessLineEndsTheAttemptAfterSomeMegabytes() throws Exception { // section 8
        upstream.on("deepseek", Scripts.flood(200, "text/event-stream", "data: {\"x\":\"", "x", GIGABYTE))
                .on("ollama-cloud", Scripts.flood(200, "application/x-ndjson", "{\"x\":\"", "x", GIGABYTE));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS)) {
            failsBounded(gateway, "deepseek/deepseek-flash", true, 48L << 20);
            failsBounded(gateway, "ollama-cloud/glm-5.3", true, 48L << 20);
            assertThat(gateway.awaitLedger(2)).allMatch(row -> row.state().equals("IN_DOUBT"));
        }
    }

    @Test
    void anEndlessWholeAnswerEndsTheAttempt() throws Exception { // S20
        upstream.on("deepseek", Scripts.flood(200, "application/json", "{\"x\":\"", "x", GIGABYTE));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS)) {
            failsBounded(gateway, "deepseek/deepseek-flash", false, 160L << 20);
        }
    }

    @Test
    void aSmallAnswerThatUnpacksToAHugeOneEndsTheAttempt() throws Exception { // S20, S21
        upstream.on("deepseek", Scripts.gzippedFlood(GIGABYTE / 2));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS)) {
            failsBounded(gateway, "deepseek/deepseek-flash", false, 4L << 20);
            failsBounded(gateway, "deepseek/deepseek-flash", true, 4L << 20);
        }
    }

    @Test
    void endlessCommentsAreNoAnswer() throws Exception { // S03
        upstream.on("deepseek", Scripts.flood(200, "text/event-stream", "", ": still thinking\n\n", GIGABYTE / 4));
        String impatient = PROVIDERS.replace(
                "key: k1, first-content: 20s, whole-answer: 20s", "key: k1, first-content: 300ms, whole-answer: 300ms");
        try (TestGateway gateway = TestGateway.start(upstream, impatient)) {
            Reply reply = gateway.stream("deepseek/deepseek-flash");
            assertThat(reply.status()).isGreaterThanOrEqualTo(502);
            assertThat(upstream.last().isOver(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void anEndlessRefusalIsJudgedByItsBeginning() throws Exception { // S20
        upstream.on("deepseek", Scripts.flood(500, "text/html", "<html>", "x", GIGABYTE));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS)) {
            long start = System.nanoTime();
            failsBounded(gateway, "deepseek/deepseek-flash", true, 16L << 20);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void aStreamOfAGigabytePassesInBoundedMemory() throws Exception { // S11
        long size = GIGABYTE;
        upstream.on("deepseek", visit -> {
            String frame = Answers.of("x".repeat(4_000)).frames(visit.request()).get(1);
            Scripts.flood(200, "text/event-stream", frame, frame, size).play(visit);
        });
        long most = 0;
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS);
                RawClient client = gateway.connect()) {
            System.gc();
            long before = heap();
            client.post("/v1/chat/completions", TestGateway.chatBody("deepseek/deepseek-flash", true));
            long read = 0;
            for (int looks = 0; read < size; looks++) {
                read += client.readSome(1 << 20);
                if (looks % 500 == 0) {
                    System.gc();
                    most = Math.max(most, heap() - before);
                }
            }
            assertThat(most).isLessThan(48L << 20);
            client.reset();
        }
    }

    /** Its agent would run the tool without them. */
    @ParameterizedTest
    @ValueSource(strings = {"{\\\"a\\\":", "[1]", "{\\\"a\\\":1}}", "rm -rf"})
    void aToolCallWithBrokenArgumentsIsNoGoodAnswerForAnOllamaClient(String arguments) throws IOException {
        upstream.on("deepseek", BrokenCall.with("", arguments)).on("ollama-cloud", Answers.of("sane"));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS + """
                models:
                  two: [deepseek/deepseek-flash, ollama-cloud/glm-5.3]
                """).withoutSums()) {
            for (boolean stream : new boolean[] {true, false}) {
                assertThat(gateway.post("/api/chat", BrokenCall.asked("deepseek/deepseek-flash", stream))
                                .status())
                        .isEqualTo(502);
                Reply second = gateway.post("/api/chat", BrokenCall.asked("two", stream));
                assertThat(second.status()).isEqualTo(200);
                assertThat(second.body()).contains("sane").doesNotContain("tool_calls");
            }
            assertThat(gateway.ledger())
                    .filteredOn(row -> row.provider().equals("deepseek"))
                    .extracting(LedgerRow::how)
                    .doesNotContain("ok");
        }
    }

    @Test
    void aStreamThatHasBegunTellsABrokenToolCallAsItsEnd() throws IOException {
        upstream.on("deepseek", BrokenCall.with("Let me look.", "{\\\"a\\\":"));
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS).withoutSums()) {
            Reply reply = gateway.post("/api/chat", BrokenCall.asked("deepseek/deepseek-flash", true));
            assertThat(reply.body())
                    .contains("Let me look.")
                    .doesNotContain("tool_calls", "\"done\":true")
                    .endsWith("\"}\n")
                    .contains("{\"error\":\"");
        }
    }

    @Test
    void aToolCallWithoutArgumentsIsOneOfNone() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, PROVIDERS).withoutSums()) {
            for (String none : List.of("", " ", "null", "{}")) {
                upstream.on("deepseek", BrokenCall.with("", none));
                for (boolean stream : new boolean[] {true, false}) {
                    Reply reply = gateway.post("/api/chat", BrokenCall.asked("deepseek/deepseek-flash", stream));
                    assertThat(reply.body()).contains("\"arguments\":{}");
                }
            }
        }
    }

    /** An answer that calls a tool with these arguments, after these words. */
    private static final class BrokenCall {
        private static Script with(String words, String arguments) {
            String message = "{\"role\":\"assistant\",\"content\":\"" + words
                    + "\",\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                    + "{\"name\":\"f\",\"arguments\":\"" + arguments + "\"}}]}";
            String chunk = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":";
            return visit -> {
                if (visit.request().stream()) {
                    visit.begin(200, "text/event-stream");
                    visit.send(chunk + message + ",\"finish_reason\":null}]}\n\n");
                    visit.send(chunk + "{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n");
                    visit.end();
                } else {
                    visit.reply(
                            200,
                            "application/json",
                            "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":" + message
                                    + ",\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":5,"
                                    + "\"completion_tokens\":5,\"total_tokens\":10}}");
                }
            };
        }

        private static String asked(String model, boolean stream) {
            return "{\"model\":\"" + model + "\",\"stream\":" + stream
                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                    + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}";
        }
    }

    @Test
    void whatIsNoAnswerIsAFailedAttemptInEveryDialect() throws IOException { // section 8
        List<Script> lies = List.of(
                Scripts.body("text/html", "<!doctype html><html><title>Login</title></html>"),
                Scripts.body("application/json", "{\"choices\":\"none\"}"),
                Scripts.body("application/json", "{\"choices\":[{\"message\":7}]}"),
                Scripts.body("application/json", "{\"message\":{\"content\":7},\"done\":\"yes\"}"),
                Scripts.body("application/json", "null"),
                Scripts.body("application/json", "\u0000\u0001\u0002"),
                Scripts.body("text/event-stream", "event: ping\n\n"),
                visit -> visit.reply(200, "application/json", "{\"a\":1}{\"b\":2}"),
                visit -> visit.raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                visit -> visit.raw("not http at all\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                visit -> visit.reply(302, "text/html", "", "location: http://169.254.169.254/"),
                visit -> visit.reply(204, "text/html", ""));
        String calm = PROVIDERS + "breaker: {failures: 10000, calls: 10000}\n";
        try (TestGateway gateway = TestGateway.start(upstream, calm)) {
            int number = 0;
            for (Script lie : lies) {
                number++;
                upstream.on("deepseek", lie).on("ollama-cloud", lie);
                for (String model : List.of("deepseek/deepseek-flash", "ollama-cloud/glm-5.3")) {
                    for (boolean stream : new boolean[] {true, false}) {
                        Reply openAi = gateway.post("/v1/chat/completions", TestGateway.chatBody(model, stream));
                        assertThat(openAi.status())
                                .as("lie %d: %s", number, openAi.body())
                                .isGreaterThanOrEqualTo(500);
                        Reply ollama = gateway.post("/api/chat", TestGateway.chatBody(model, stream));
                        assertThat(ollama.status())
                                .as("lie %d: %s", number, ollama.body())
                                .isGreaterThanOrEqualTo(500);
                    }
                }
            }
            assertThat(gateway.ledger()).extracting(LedgerRow::how).doesNotContain("ok");
        }
    }
}
