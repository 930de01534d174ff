package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What nobody here knows of an answer is kept also where the answer is put together from several. */
class KeptFieldsTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm}
              tei: {kind: tei, url: $UP/tei, embed-batch: 1}
              ollama: {url: $UP/ollama, embed-batch: 1}
            models:
              v: vllm/m
              e: tei/e
              native: ollama/e
            """;
    private static final Pattern SEED = Pattern.compile("\"seed\":(\\d)");
    private static final Pattern TEXT = Pattern.compile("\"(t\\d)\"");

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    /** Answers with {@code body}, in which # stands for what the request has in the pattern's place. */
    private static Script answering(String type, Pattern who, String body) {
        return visit -> {
            Matcher found = who.matcher(visit.request().text());
            String name = found.find() ? found.group(1) : "?";
            visit.begin(200, type);
            visit.send(body.replace("#", name));
            visit.end();
        };
    }

    private static String chunk(String delta, String more) {
        return "data: {\"id\":\"c#\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
                + "{\"index\":0,\"delta\":{" + delta + "}," + more + "}],\"print\":{\"of\":#}}\n\n";
    }

    private static String ask(boolean stream) {
        String options = stream ? "\"stream_options\":{\"include_usage\":true}," : "";
        return "{\"model\":\"v\",\"n\":2,\"seed\":7,\"temperature\":0," + options
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":" + stream + "}";
    }

    @Test
    void ofEachChunk() throws IOException {
        String call =
                "{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},"
                        + "\"seal\":\"s#\"}";
        String count = "{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5,\"searches\":2,\"cost\":0.25,"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":4}}";
        upstream.on(
                "vllm",
                answering(
                        "text/event-stream",
                        SEED,
                        chunk("\"role\":\"assistant\",\"content\":\"\"", "\"finish_reason\":null,\"ids\":[1]")
                                + chunk("\"content\":\"x\",\"mood\":1.50", "\"finish_reason\":null,\"ids\":[2]")
                                + chunk("\"tool_calls\":[" + call + "]", "\"finish_reason\":null,\"ids\":[3]")
                                + chunk("", "\"finish_reason\":\"stop\",\"stop_reason\":#")
                                + "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                                + "\"choices\":[],\"usage\":" + count + "}\n\ndata: [DONE]\n\n"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            String body = gateway.post("/v1/chat/completions", ask(true)).body();
            for (int choice : new int[] {0, 1}) {
                String seed = Integer.toString(7 + choice);
                String tail = "],\"usage\":null,\"print\":{\"of\":" + seed + "}}\n";
                String start = "[{\"index\":" + choice + ",\"delta\":";
                assertThat(body)
                        .contains(start + "{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,"
                                + "\"finish_reason\":null,\"ids\":[1]}" + tail)
                        .contains(start + "{\"content\":\"x\",\"mood\":1.50},\"logprobs\":null,\"finish_reason\":null,"
                                + "\"ids\":[2]}" + tail)
                        .contains(call.replace("#", seed) + "]},\"logprobs\":null,\"finish_reason\":null,\"ids\":[3]}"
                                + tail)
                        .contains(start + "{},\"logprobs\":null,\"finish_reason\":\"tool_calls\",\"stop_reason\":"
                                + seed + "}" + tail);
            }
            assertThat(body.split("\"ids\"", -1)).as("each once").hasSize(7);
            assertThat(body)
                    .contains("\"total_tokens\":10,", "\"audio_tokens\":8}", "\"searches\":4,\"cost\":0.50}")
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void ofWholeAnswers() throws IOException {
        String call =
                "{\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"seal\":\"s#\"}";
        upstream.on(
                "vllm",
                answering(
                        "application/json",
                        SEED,
                        "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"print\":{\"of\":#},"
                                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"x\","
                                + "\"mood\":\"m#\",\"tool_calls\":[" + call
                                + "]},\"finish_reason\":\"stop\",\"stop_reason\":#}],"
                                + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5,\"searches\":2}}"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            String body = gateway.post("/v1/chat/completions", ask(false)).body();
            assertThat(body)
                    .contains("\"mood\":\"m7\"", "\"mood\":\"m8\"", "\"stop_reason\":7}", "\"stop_reason\":8}")
                    .contains(call.replace("#", "7"), call.replace("#", "8"))
                    .contains("\"searches\":4}")
                    .as("of the first")
                    .contains("\"print\":{\"of\":7}")
                    .doesNotContain("\"print\":{\"of\":8}");
        }
    }

    @Test
    void ofCompletionsWithTheirOwnFormOfProbabilities() throws IOException {
        upstream.on(
                "vllm",
                answering(
                        "application/json",
                        SEED,
                        "{\"id\":\"c\",\"object\":\"text_completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                                + "\"text\":\"x\",\"logprobs\":{\"tokens\":[\"x\"],\"token_logprobs\":[-0.#]},"
                                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            String body = gateway.post(
                            "/v1/completions",
                            "{\"model\":\"v\",\"n\":2,\"seed\":7,\"temperature\":0,\"logprobs\":1,\"prompt\":\"a\"}")
                    .body();
            assertThat(body)
                    .contains("{\"tokens\":[\"x\"],\"token_logprobs\":[-0.7]}", "[-0.8]}")
                    .doesNotContain("\"logprobs\":null");
        }
    }

    @Test
    void ofVectors() throws IOException {
        upstream.on(
                "tei",
                answering(
                        "application/json",
                        TEXT,
                        "{\"id\":\"embd-#\",\"object\":\"list\",\"model\":\"e\",\"data\":[{\"object\":\"embedding\","
                                + "\"index\":0,\"embedding\":[1,0],\"of\":\"#\"}],\"usage\":{\"prompt_tokens\":2,"
                                + "\"total_tokens\":2,\"completion_tokens\":1,\"prompt_tokens_details\":{\"text_tokens\":3}}}"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post(
                    "/v1/embeddings", "{\"model\":\"e\",\"input\":[\"t0\",\"t1\"],\"encoding_format\":\"float\"}");
            assertThat(reply.body())
                    .containsPattern("\"index\":0,\"embedding\":\\[[^]]*],\"of\":\"t0\"}")
                    .containsPattern("\"index\":1,\"embedding\":\\[[^]]*],\"of\":\"t1\"}")
                    .contains(
                            "\"total_tokens\":4,\"completion_tokens\":2,\"prompt_tokens_details\":{\"text_tokens\":6}}")
                    .contains("\"id\":\"embd-t0\"")
                    .doesNotContain("\"id\":\"embd-t1\"");
        }
    }

    @Test
    void ofVectorsThatCameInTheWrongEncoding() throws IOException {
        upstream.on(
                "tei",
                answering(
                        "application/json",
                        TEXT,
                        "{\"id\":\"embd\",\"object\":\"list\",\"model\":\"e\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                                + "\"embedding\":[1,0],\"of\":\"#\"}],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post(
                                    "/v1/embeddings",
                                    "{\"model\":\"e\",\"input\":[\"t0\"],\"encoding_format\":\"base64\"}")
                            .body())
                    .contains("\"embedding\":\"AACAPwAAAAA=\",\"of\":\"t0\"", "\"id\":\"embd\"");
        }
    }

    @Test
    void ofVectorsBetweenOllamas() throws IOException {
        upstream.on(
                "ollama",
                answering(
                        "application/json",
                        TEXT,
                        "{\"model\":\"e\",\"embeddings\":[[1,0]],\"total_duration\":1,\"prompt_eval_count\":2,\"of\":\"#\"}"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post("/api/embed", "{\"model\":\"native\",\"input\":[\"t0\",\"t1\"]}")
                            .body())
                    .contains("\"embeddings\":[[1,0],[1,0]]", "\"prompt_eval_count\":4", "\"of\":\"t0\"");
        }
    }
}
