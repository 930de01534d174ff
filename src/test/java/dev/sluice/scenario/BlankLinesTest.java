package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Whole answers that take long: what a waiting client sees, by default and where it wants a sign of life. */
class BlankLinesTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1, whole-answer: $LONGEST}
              openrouter: {url: $UP/openrouter, key: k2}
              ollama: {url: $UP/ollama, whole-answer: $LONGEST}
            models:
              m: {order: written, chain: [deepseek/deepseek-flash, openrouter/deepseek/deepseek-v3.2]}
              alone: deepseek/deepseek-flash
              many: ollama/m
            """;
    private static final String SIGNS = "requests: {blank-lines-after: 100ms, heartbeat: 50ms}\n";
    private static final Answers GOOD = Answers.of("Guten", " Tag");
    private static final ObjectMapper JSON = new ObjectMapper();

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .charging("openrouter/deepseek/deepseek-v3.2", "0.269", "0.1345", "0.4");

    private TestGateway start(String more, String longest) throws IOException {
        return TestGateway.start(upstream, SETTINGS.replace("$LONGEST", longest) + more);
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/api/chat"})
    void ofAProviderAreNotPassedOnByDefault(String path) throws IOException { // check 95
        upstream.on("deepseek", Scripts.patiently(GOOD, 40, Duration.ofMillis(15)));
        try (TestGateway gateway = start("", "30s")) {
            Reply reply = gateway.post(path, TestGateway.chatBody("alone", false));
            assertThat(reply.body()).startsWith("{").contains("Guten Tag");
            assertThat(reply.header("x-sluice-cost")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/api/chat", "/v1/embeddings"})
    void comeBeforeTheAnswerWhereTheSettingsWantThem(String path) throws IOException { // check 95
        upstream.on("deepseek", Scripts.patiently(GOOD, 40, Duration.ofMillis(15)));
        upstream.on("ollama", visit -> {
            visit.pause(Duration.ofMillis(600));
            visit.reply(200, "application/json", "{\"model\":\"m\",\"embeddings\":[[1,0]],\"prompt_eval_count\":1}");
        });
        boolean chat = path.endsWith("chat") || path.equals(CHAT);
        String body = chat ? TestGateway.chatBody("alone", false) : "{\"model\":\"many\",\"input\":\"a\"}";
        try (TestGateway gateway = start(SIGNS, "30s")) {
            Reply reply = gateway.post(path, body);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("content-type")).startsWith("application/json");
            assertThat(reply.body()).startsWith("\n\n").doesNotContain("error");
            JsonNode answer = JSON.readTree(reply.body());
            assertThat(answer.toString()).contains(chat ? "Guten Tag" : "\"embedding\":[1.0,0.0]");
            assertThat(gateway.awaitLedger(1).getFirst().how()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void areKeptFromAClientThatWantsNoneAndWouldRatherKnowStatusAndCost(int answers) throws IOException {
        String body = TestGateway.chatBody(answers == 1 ? "alone" : "many", false)
                .replace("{\"model\"", "{\"n\":" + answers + ",\"model\"");
        Answers slow = GOOD.slowly(Duration.ofMillis(500), Duration.ZERO);
        upstream.on("deepseek", slow).on("ollama", slow, GOOD);
        try (TestGateway gateway = start(SIGNS, "30s")) {
            Reply reply = gateway.post(CHAT, body, "x-sluice-blank-lines", "never");
            assertThat(reply.body()).startsWith("{");
            assertThat(reply.header("x-sluice-cost")).isNotEmpty();
            assertThat(gateway.post(CHAT, body, "x-sluice-blank-lines", "often").status())
                    .isEqualTo(400);
        }
    }

    @Test
    void keepAClientWaitingThatGivesUpOnSilence() throws IOException { // check 95
        upstream.on("deepseek", Scripts.patiently(GOOD, 40, Duration.ofMillis(40)));
        try (TestGateway gateway = start(SIGNS, "30s")) {
            assertThat(OpenAiChatModel.builder()
                            .baseUrl("http://127.0.0.1:" + gateway.port() + "/v1")
                            .apiKey("unused")
                            .modelName("alone")
                            .timeout(Duration.ofMillis(900))
                            .maxRetries(0)
                            .build()
                            .chat(UserMessage.from("?"))
                            .aiMessage()
                            .text())
                    .isEqualTo("Guten Tag");
        }
    }

    @Test
    void leaveFailoverUnseen() throws IOException { // check 144
        upstream.on("deepseek", Scripts.silent()).on("openrouter", GOOD);
        try (TestGateway gateway = start(SIGNS, "400ms").withoutSums()) {
            Reply reply = gateway.post(CHAT, TestGateway.chatBody("m", false));
            assertThat(reply.body()).startsWith("\n").contains("Guten Tag").doesNotContain("error");
            assertThat(upstream.visits()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/api/chat"})
    void areFollowedByTheErrorWhereAllFailAndNobodyKeepsIt(String path) throws IOException {
        upstream.on("deepseek", Scripts.silent());
        try (TestGateway gateway = start(SIGNS, "400ms").withoutSums()) {
            String[] key = {"idempotency-key", "k"};
            Reply reply = gateway.post(path, TestGateway.chatBody("alone", false), key);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).startsWith("\n");
            assertThat(JSON.readTree(reply.body()).has("error")).isTrue();
            upstream.on("deepseek", GOOD);
            assertThat(gateway.post(path, TestGateway.chatBody("alone", false), key)
                            .body())
                    .as("it is asked anew")
                    .contains("Guten Tag");
        }
        upstream.on("deepseek", Scripts.silent());
        try (TestGateway gateway = start("", "400ms").withoutSums()) {
            assertThat(gateway.post(path, TestGateway.chatBody("alone", false)).status())
                    .as("without blank lines the status is true")
                    .isEqualTo(504);
        }
    }

    @Test
    void comeBeforeSeveralAnswersToo() throws IOException { // check 86
        upstream.on("ollama", GOOD.slowly(Duration.ofMillis(500), Duration.ZERO), GOOD);
        String three = TestGateway.chatBody("many", false).replace("{\"model\"", "{\"n\":3,\"model\"");
        try (TestGateway gateway = start(SIGNS, "30s")) {
            Reply reply = gateway.post(CHAT, three);
            assertThat(reply.body()).startsWith("\n");
            assertThat(JSON.readTree(reply.body()).path("choices").size()).isEqualTo(3);

            upstream.on("ollama", visit -> {
                visit.pause(Duration.ofMillis(400));
                Scripts.status(400, "no such thing").play(visit);
            });
            Reply failed = gateway.post(CHAT, three);
            assertThat(failed.status()).isEqualTo(200);
            assertThat(failed.body()).startsWith("\n");
            assertThat(JSON.readTree(failed.body())
                            .path("error")
                            .path("message")
                            .asString())
                    .contains("no such thing");
            assertThat(failed.body().split("\"error\"", -1)).hasSize(2);
            TestGateway.await("nothing runs", () -> gateway.running() == 0);
        }
    }
}
