package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signs of life while nothing has been said: what each client gets, and what stays possible. */
class HeartbeatTest {
    private static final Answers GOOD = Answers.of("Guten", " Tag");
    private static final Answers LATE = GOOD.slowly(Duration.ofMillis(600), Duration.ZERO);
    private static final String SETTINGS = TestGateway.QUICK + """
            requests: {headers-after: 100ms, heartbeat: 60ms}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, first-content: $FIRST}
              openrouter: {url: $UP/openrouter, key: k2, first-content: $FIRST}
              ollama-cloud: {url: $UP/ollama-cloud, key: k3, first-content: $FIRST}
              ollama: {url: $UP/ollama}
            models:
              m: {order: written, chain: [deepseek/deepseek-flash, openrouter/deepseek/deepseek-v3.2]}
              o: {order: written, chain: [ollama-cloud/deepseek-v4-flash, deepseek/deepseek-flash]}
              f: {order: written, chain: [ollama/m, deepseek/deepseek-flash]}
              local: ollama/m
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .charging("openrouter/deepseek/deepseek-v3.2", "0.269", "0.1345", "0.4")
            .charging("ollama-cloud/deepseek-v4-flash", "0.22", "0.007", "0.66");

    private TestGateway start(Duration firstContent) throws IOException {
        return TestGateway.start(upstream, SETTINGS.replace("$FIRST", firstContent.toMillis() + "ms"));
    }

    private static List<String> lines(String body) {
        return Arrays.stream(body.split("\n")).filter(line -> !line.isEmpty()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"m", "o"})
    void areCommentsForAnOpenAiClient(String model) throws IOException { // checks 66, 80
        upstream.on("deepseek", LATE).on("ollama-cloud", LATE);
        try (TestGateway gateway = start(Duration.ofSeconds(20))) {
            Reply reply = gateway.stream(model);
            List<String> lines = lines(reply.body());
            List<String> before =
                    lines.stream().takeWhile(line -> !line.startsWith("data:")).toList();
            assertThat(before).hasSizeBetween(2, 12).allMatch(line -> line.startsWith(":"));
            assertThat(lines.subList(before.size(), lines.size()))
                    .allMatch(line -> line.startsWith("data: {") || line.equals("data: [DONE]"));
            assertThat(reply.text()).isEqualTo("Guten Tag");
            assertThat(reply.body()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void areCommentsForACompletionToo() throws IOException { // check 80
        upstream.on("ollama", visit -> {
            visit.pause(Duration.ofMillis(400));
            visit.begin(200, "application/x-ndjson");
            visit.send("{\"model\":\"m\",\"response\":\"Hi\",\"done\":false}\n");
            visit.send("{\"model\":\"m\",\"response\":\"\",\"done\":true,\"done_reason\":\"stop\"}\n");
            visit.end();
        });
        try (TestGateway gateway = start(Duration.ofSeconds(20))) {
            Reply reply = gateway.post("/v1/completions", "{\"model\":\"local\",\"prompt\":\"x\",\"stream\":true}");
            assertThat(reply.body()).startsWith(":").contains("\"text\":\"Hi\"").endsWith("data: [DONE]\n\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"m, /api/chat", "o, /api/chat", "m, /api/generate"})
    void areChunksWithoutWordsForAnOllamaClient(String model, String path) throws IOException { // checks 12, 66
        upstream.on("deepseek", LATE).on("ollama-cloud", LATE);
        boolean chat = path.equals("/api/chat");
        String empty = chat ? "\"message\":{\"role\":\"assistant\",\"content\":\"\"}" : "\"response\":\"\"";
        String call = chat
                ? TestGateway.chatBody(model, true)
                : "{\"model\":\"" + model + "\",\"prompt\":\"Hi\",\"stream\":true}";
        try (TestGateway gateway = start(Duration.ofSeconds(20))) {
            Reply reply = gateway.post(path, call);
            assertThat(reply.header("content-type")).isEqualTo("application/x-ndjson");
            assertThat(reply.body().split("\n", -1))
                    .filteredOn(String::isEmpty)
                    .as("only the last")
                    .hasSize(1);
            List<String> before = lines(reply.body()).stream()
                    .takeWhile(line -> !line.contains("Guten"))
                    .toList();
            assertThat(before)
                    .hasSizeBetween(2, 12)
                    .allMatch(line -> line.contains(empty) && line.contains("\"done\":false"))
                    .allMatch(line -> line.contains("\"model\":\"" + model + "\"") && line.contains("\"created_at\":"));
            assertThat(reply.text()).isEqualTo("Guten Tag");
            assertThat(lines(reply.body()).getLast()).contains("\"done\":true");
        }
    }

    @Test
    void neverComeBeforeAWholeAnswer() throws IOException { // check 95
        upstream.on("deepseek", LATE);
        try (TestGateway gateway = start(Duration.ofSeconds(20))) {
            assertThat(gateway.chat("m").body()).startsWith("{\"id\"");
            assertThat(gateway.post("/api/chat", TestGateway.chatBody("m", false))
                            .body())
                    .startsWith("{\"model\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"m, /v1/chat/completions", "o, /v1/chat/completions", "m, /api/chat", "o, /api/chat"})
    void leaveFailoverUnseen(String model, String path) throws Exception { // check 144
        upstream.on("deepseek", model.equals("m") ? Scripts.silent() : GOOD)
                .on("openrouter", GOOD)
                .on("ollama-cloud", Scripts.headThenSilence());
        try (TestGateway gateway = start(Duration.ofMillis(350))) {
            Reply reply = gateway.post(path, TestGateway.chatBody(model, true));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("Guten Tag");
            assertThat(reply.body()).doesNotContain("error");
            assertThat(reply.body()).endsWith(path.startsWith("/v1") ? "data: [DONE]\n\n" : "}\n");
            assertThat(upstream.visits()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void nameNobodyWhoHasOnlyBegunToListen(String path) throws IOException { // check 144
        upstream.on("ollama", visit -> {
                    visit.begin(200, "application/x-ndjson");
                    visit.pause(Duration.ofMillis(400));
                    visit.end();
                })
                .on("deepseek", GOOD);
        try (TestGateway gateway = start(Duration.ofSeconds(20))) {
            Reply reply = gateway.post(path, TestGateway.chatBody("f", true));
            assertThat(reply.text()).isEqualTo("Guten Tag");
            assertThat(reply.response().headers().map())
                    .doesNotContainKeys("x-sluice-provider", "x-sluice-model", "x-sluice-cost");
            assertThat(reply.body()).contains("\"provider\":\"deepseek\"");
        }
    }

    static List<Script> endings() {
        return List.of(Scripts.silent(), Scripts.headThenSilence(), visit -> {
            visit.pause(Duration.ofMillis(250));
            Scripts.status(400, "messages must not be empty").play(visit);
        });
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("endings")
    void areFollowedByTheErrorInTheStreamWhereAllFail(Script ending) throws IOException { // checks 43, 82
        upstream.on("deepseek", ending).on("openrouter", ending).on("ollama-cloud", ending);
        try (TestGateway gateway = start(Duration.ofMillis(250))) {
            for (String model : List.of("m", "o")) {
                String openAi = gateway.stream(model).body();
                assertThat(openAi).startsWith(":").contains("event: error\ndata: {\"error\":{\"message\":");
                assertThat(openAi).endsWith("}}\n\n").doesNotContain("[DONE]", "finish_reason\":\"stop");

                String ollama = gateway.post("/api/chat", TestGateway.chatBody(model, true))
                        .body();
                assertThat(lines(ollama).getFirst()).contains("\"done\":false");
                assertThat(lines(ollama).getLast()).startsWith("{\"error\":\"").endsWith("\"}");
                assertThat(ollama).endsWith("\n").doesNotContain("\"done\":true");
            }
        }
    }

    @Test
    void comeWhileAClientWaitsForAPlace() throws Exception {
        String narrow = SETTINGS.replace("$FIRST", "20s") + "";
        upstream.on("deepseek", Scripts.silent());
        try (TestGateway gateway = TestGateway.start(upstream, narrow.replace("key: k1,", "key: k1, concurrency: 1,"));
                RawClient holder = gateway.connect();
                RawClient waiter = gateway.connect()) {
            holder.post("/v1/chat/completions", TestGateway.chatBody("m", true));
            upstream.awaitVisit(1);
            waiter.post("/api/chat", TestGateway.chatBody("m", true)).readUntil("\"done\":false");
            assertThat(waiter.soFar()).contains("200 OK");
        }
    }

    @Test
    void comeForSeveralAnswersAtOnceToo() throws IOException { // check 86
        upstream.on("ollama", LATE);
        try (TestGateway gateway = start(Duration.ofSeconds(20))) {
            Reply reply = gateway.post(
                    "/v1/chat/completions",
                    TestGateway.chatBody("local", true).replace("{\"model\"", "{\"n\":2,\"model\""));
            assertThat(reply.body()).startsWith(":").contains("\"index\":0", "\"index\":1");
            assertThat(reply.body()).endsWith("data: [DONE]\n\n").doesNotContain("error");
        }
    }
}
