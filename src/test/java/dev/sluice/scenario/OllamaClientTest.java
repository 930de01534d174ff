package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An Ollama client before an OpenAI-style server: what the server is sent and what the client gets back. */
class OllamaClientTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm/v1, context: {m: 4096}}
            models:
              m: vllm/m
            """;
    private static final String JSON = "application/json; charset=utf-8";
    private static final Script VECTOR = Scripts.body("application/json", """
            {"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[3,4,12]}],
             "usage":{"prompt_tokens":3,"total_tokens":3}}""");

    private final ScriptedUpstream upstream = new ScriptedUpstream().on("vllm", Answers.of("Hi"));

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS);

    private Reply chat(String members) {
        return gateway.post(
                "/api/chat",
                "{\"model\":\"m\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + members
                        + "}");
    }

    private String sent() {
        return upstream.last().request().text();
    }

    @Test
    void aCallWithoutAnythingToSayIsAnsweredHereAndCostsNothing() { // checks 7, 8, 9, 46, 48
        Reply unloaded = gateway.post("/api/generate", "{\"model\":\"m\",\"prompt\":\"\",\"keep_alive\":0}");
        assertThat(unloaded.status()).isEqualTo(200);
        assertThat(unloaded.body()).contains("\"done\":true,\"done_reason\":\"unload\"");
        Reply loaded = gateway.post("/api/generate", "{\"model\":\"m\"}");
        assertThat(loaded.header("content-type")).isEqualTo(JSON);
        assertThat(loaded.body()).contains("\"done_reason\":\"load\"").doesNotContain("\n");
        assertThat(gateway.post("/api/chat", "{\"model\":\"m\",\"messages\":[]}")
                        .body())
                .contains("\"message\":{\"role\":\"assistant\",\"content\":\"\"}", "\"done_reason\":\"load\"");
        assertThat(gateway.post("/api/embed", "{\"model\":\"m\",\"input\":\"\"}")
                        .body())
                .contains("\"embeddings\":[]");
        assertThat(gateway.post("/api/embed", "{\"model\":\"m\",\"input\":[]}").body())
                .contains("\"embeddings\":[]");
        assertThat(gateway.post("/api/embeddings", "{\"model\":\"m\",\"prompt\":\"\"}")
                        .body())
                .isEqualTo("{\"embedding\":[]}");
        assertThat(upstream.visits()).isEmpty();
        chat("\"think\":false");
        assertThat(gateway.awaitLedger(1)).hasSize(1);
    }

    @Test
    void anAnswerIsAStreamOfLinesUnlessToldOtherwise() { // checks 10, 11, 16
        upstream.on("vllm", Answers.of("one", "two"));
        Reply stream =
                gateway.post("/api/chat", "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertThat(stream.header("content-type")).isEqualTo("application/x-ndjson");
        assertThat(stream.body()).endsWith("}\n").hasLineCount(3);
        Reply whole = chat("\"think\":false");
        assertThat(whole.header("content-type")).isEqualTo(JSON);
        assertThat(whole.body()).doesNotContain("\n").contains("\"content\":\"onetwo\"", "\"done\":true");
        for (String metric : List.of(
                "total_duration",
                "load_duration",
                "prompt_eval_count",
                "prompt_eval_duration",
                "eval_count",
                "eval_duration")) {
            assertThat(whole.body()).containsPattern("\"" + metric + "\":[1-9]");
            assertThat(stream.body()).containsPattern("\"" + metric + "\":[1-9]");
        }
    }

    @ParameterizedTest
    @CsvSource({"chat, true", "chat, false", "generate, true", "generate, false"})
    void aLineOfAnAnswerThatCameWellHasNoKeyCalledError(String route, boolean stream) { // check 44
        String chunk = "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                + "\"error\":null,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":%s}]}\n\n";
        Script nothingWrong = stream
                ? Scripts.body(
                        "text/event-stream",
                        chunk.formatted("Hello", "null") + chunk.formatted("", "\"stop\"") + "data: [DONE]\n\n")
                : Scripts.body("application/json", """
                        {"id":"1","object":"chat.completion","created":1,"model":"m","error":null,"choices":[{"index":0,
                         "message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""");
        upstream.on("vllm", Answers.of("Hello", " world"), nothingWrong);
        for (int answer = 0; answer < 2; answer++) {
            Reply reply = gateway.post(
                    "/api/" + route,
                    "{\"model\":\"m\",\"stream\":" + stream + ",\"prompt\":\"Hi\",\"messages\":[{\"role\":\"user\","
                            + "\"content\":\"Hi\"}]}");
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(reply.text()).startsWith("Hello");
            assertThat(reply.body().lines()).allSatisfy(line -> assertThat(line).doesNotContain("\"error\""));
        }
    }

    @Test
    void aCallInTheHistoryBecomesTextInItsOwnOrderAndItsResultFindsIt() { // checks 24, 26
        chat("\"messages\":[{\"role\":\"user\",\"content\":\"?\"},{\"role\":\"assistant\",\"tool_calls\":["
                + "{\"function\":{\"name\":\"f\",\"arguments\":{\"z\":1,\"a\":1.50}}},"
                + "{\"function\":{\"name\":\"g\",\"arguments\":{}}}]},"
                + "{\"role\":\"tool\",\"tool_name\":\"g\",\"content\":\"of g\"},"
                + "{\"role\":\"tool\",\"tool_name\":\"f\",\"content\":\"of f\"}]");
        assertThat(sent()).contains("\"arguments\":\"{\\\"z\\\":1,\\\"a\\\":1.50}\"");
        List<String> calls = all("\"id\":\"(call_[^\"]+)\"");
        List<String> results = all("\"tool_call_id\":\"([^\"]+)\"");
        assertThat(calls).hasSize(2).doesNotHaveDuplicates();
        assertThat(results).containsExactly(calls.getLast(), calls.getFirst());
    }

    private List<String> all(String pattern) {
        return Pattern.compile(pattern)
                .matcher(sent())
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    @Test
    void aThoughtThatWasForbiddenIsAskedAgainstAndHiddenIfItComesAllTheSame() { // check 29
        upstream.on("vllm", Scripts.body("text/event-stream", """
                data: {"id":"1","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","reasoning":"hm"}}]}

                data: {"id":"1","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Seoul"},"finish_reason":"stop"}]}

                data: [DONE]

                """));
        String call = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"?\"}],\"think\":";
        Reply off = gateway.post("/api/chat", call + "false}");
        assertThat(sent())
                .contains("\"chat_template_kwargs\":{\"enable_thinking\":false}", "\"include_reasoning\":false");
        assertThat(off.body()).doesNotContain("thinking").contains("Seoul");
        assertThat(gateway.post("/api/chat", call + "true}").body()).contains("\"thinking\":\"hm\"");
    }

    @Test
    void jsonIsAskedForInWordsTooAndAnEmptyListOfToolsIsNone() { // checks 32, 33
        chat("\"format\":\"json\",\"tools\":[]");
        assertThat(sent())
                .contains("\"response_format\":{\"type\":\"json_object\"}")
                .doesNotContain("tool");
        assertThat(sent()).containsPattern("\"content\":\"[^\"]*JSON");
        chat("\"format\":{\"type\":\"object\"},\"tools\":[]");
        assertThat(sent())
                .contains("\"schema\":{\"type\":\"object\"},\"strict\":true")
                .doesNotContain("tool");
    }

    @ParameterizedTest
    @CsvSource({"-1, ''", "-2, ''", "0, ''", "10, 10", "4096, ''", "100000, ''"})
    void onlyARealLimitIsPassedOn(String asked, String limit) { // check 34
        chat("\"options\":{\"temperature\":5,\"num_predict\":" + asked + "}");
        assertThat(sent()).containsPattern("\"temperature\":2(\\.0)?[,}]");
        if (limit.isEmpty()) {
            assertThat(sent()).doesNotContain("max_tokens");
        } else {
            assertThat(sent()).contains("\"max_tokens\":" + limit);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailureBeforeTheAnswerIsAStatusAndASentence(boolean stream) { // check 42
        upstream.on("vllm", Scripts.status(500, "boom"));
        Reply reply = gateway.post("/api/chat", TestGateway.chatBody("m", stream));
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.header("content-type")).isEqualTo(JSON);
        assertThat(reply.body()).isEqualTo("{\"error\":\"boom\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FIN", "RST"})
    void aBreakAfterThreeTokensIsALineOfItsOwnAndTheLast(Scripts.Cut how) { // checks 15, 43
        upstream.on("vllm", Scripts.cutAfter(Answers.of("one", "two", "three", "four"), 4, how));
        String[] lines = gateway.post("/api/chat", TestGateway.chatBody("m", true))
                .body()
                .split("\n", -1);
        assertThat(lines).hasSize(5);
        assertThat(lines[2]).contains("three", "\"done\":false").doesNotContain("error");
        assertThat(lines[3]).matches("\\{\"error\":\"[^\"]{10,}\"}");
        assertThat(lines[4]).isEmpty();
    }

    @Test
    void vectorsAreCutAndNormalisedHereAndRawOnTheOlderRoute() { // checks 45, 47, 48
        upstream.on("vllm", visit -> {
            if (visit.request().text().contains("dimensions")) {
                Scripts.status(400, "m does not support matryoshka representation")
                        .play(visit);
            } else {
                VECTOR.play(visit);
            }
        });
        assertThat(gateway.post("/api/embed", "{\"model\":\"m\",\"input\":\"a\",\"dimensions\":2}")
                        .body())
                .containsPattern("\"embeddings\":\\[\\[0\\.(6|59999\\d+),0\\.(8|79999\\d+)]]");
        assertThat(gateway.post("/api/embeddings", "{\"model\":\"m\",\"prompt\":\"a\"}")
                        .body())
                .isEqualTo("{\"embedding\":[3,4,12]}");
    }

    @Test
    void aTextThatIsTooLongAndMayNotBeCutIsRefusedInOllamasWords() { // check 50
        upstream.on("vllm", Scripts.status(400, "This model's maximum context length is 512 tokens."));
        Reply reply = gateway.post("/api/embed", "{\"model\":\"m\",\"input\":\"long\",\"truncate\":false}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).isEqualTo("{\"error\":\"the input length exceeds the context length\"}");
        assertThat(sent()).doesNotContain("truncate");
    }

    @Test
    void aLongConversationLosesItsOldestTurnsAndNotItsFirstRuleOrItsLastQuestion() { // check 60
        String turns = "{\"role\":\"user\",\"content\":\"" + "word ".repeat(250) + "\"},"
                + "{\"role\":\"assistant\",\"content\":\"" + "word ".repeat(250) + "\"},";
        upstream.on("vllm", visit -> {
            if (visit.request().text().length() > 4 * 2_048) {
                Scripts.status(400, "maximum context length is 2048 tokens").play(visit);
            } else {
                Answers.of("Hi").play(visit);
            }
        });
        Reply reply = chat("\"options\":{\"num_ctx\":2048},\"messages\":[{\"role\":\"system\",\"content\":\"rule\"},"
                + turns.repeat(20) + "{\"role\":\"user\",\"content\":\"question\"}]");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(sent()).contains("\"rule\"", "\"question\"", "word");
    }

    @Test
    void rawTextIsACompletion() { // check 61
        upstream.on(
                "vllm",
                Scripts.body(
                        "application/json",
                        "{\"id\":\"c\",\"object\":\"text_completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":\" done\",\"finish_reason\":\"stop\"}]}"));
        Reply reply =
                gateway.post("/api/generate", "{\"model\":\"m\",\"prompt\":\"to be\",\"raw\":true,\"stream\":false}");
        assertThat(reply.text()).isEqualTo(" done");
        assertThat(upstream.last().request().route()).endsWith("/completions").doesNotContain("chat");
        assertThat(gateway.post("/api/generate", "{\"model\":\"m\",\"prompt\":\"x\",\"raw\":true,\"system\":\"s\"}")
                        .status())
                .isEqualTo(400);
        assertThat(upstream.visits()).hasSize(1);
    }

    @Test
    void whatTheServerCannotDoIsSaidInOllamasWords() { // check 62
        upstream.on(
                "vllm",
                Scripts.status(
                        400,
                        "\\\"auto\\\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"));
        Reply tools = chat("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]");
        assertThat(tools.status()).isEqualTo(400);
        assertThat(tools.body())
                .isEqualTo("{\"error\":\"registry.ollama.ai/library/m:latest does not support tools\"}");
        upstream.on("vllm", Scripts.status(400, "suffix is only supported for models with FIM completion rendering"));
        Reply suffix = gateway.post(
                "/api/generate", "{\"model\":\"m\",\"prompt\":\"def\",\"suffix\":\"return\",\"stream\":false}");
        assertThat(suffix.status()).isEqualTo(400);
        assertThat(suffix.body())
                .isEqualTo("{\"error\":\"registry.ollama.ai/library/m:latest does not support insert\"}");
    }
}
