package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Wishes of an Ollama client that not every model or server can grant, and answers that not every client can read. */
class OllamaWishesTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              ollama: {url: $UP/ollama}
              vllm:
                url: $UP/vllm
                thinking: {plain: never, thinker: switch, deep: levels}
            models:
              plain: vllm/plain
              thinker: vllm/thinker
              deep: vllm/deep
              unknown: vllm/unknown
              either: {order: written, chain: [vllm/plain, vllm/deep]}
              native: ollama/n
            """;
    private static final ObjectMapper JSON = new ObjectMapper();

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().on("vllm", Answers.of("Hi")).on("ollama", Answers.of("Hi"));

    private String sent() {
        return upstream.last().request().text();
    }

    // ---- thinking

    private static String thinking(String model, String think, boolean stream) {
        return "{\"model\":\"" + model + "\",\"think\":" + think
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":" + stream + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain   | true     | \\\"plain\\\" does not support thinking",
                "plain   | \"high\" | \\\"plain\\\" does not support thinking",
                "thinker | \"high\" | think value \\\"high\\\" is not supported for this model",
                "thinker | \"low\"  | think value \\\"low\\\" is not supported for this model",
            })
    void aThoughtThatTheModelCannotHaveIsRefusedInOllamasWords(String model, String think, String words)
            throws IOException { // check 30
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            for (boolean stream : new boolean[] {false, true}) {
                Reply reply = gateway.post("/api/chat", thinking(model, think, stream));
                assertThat(reply.status()).isEqualTo(400);
                assertThat(reply.body()).isEqualTo("{\"error\":\"" + words + "\"}");
            }
            assertThat(upstream.visits()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "plain,   false,    false, ''",
        "thinker, true,     true,  ''",
        "deep,    true,     true,  ''",
        "deep,    '\"high\"', true,  high",
        "unknown, true,     true,  ''",
        "unknown, '\"low\"',  true,  low",
        "either,  true,     true,  ''",
    })
    void whatItCanOrMayBeAbleToIsPassedOn(String model, String think, boolean told, String effort)
            throws IOException { // check 30
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post("/api/chat", thinking(model, think, true)).status())
                    .isEqualTo(200);
            assertThat(sent()).contains("\"enable_thinking\":" + told);
            assertThat(sent().contains("reasoning_effort")).isEqualTo(!effort.isEmpty());
            assertThat(sent()).contains(effort).doesNotContain(model.equals("either") ? "\"plain\"" : "\"none\"");
        }
    }

    @Test
    void anEditorIsToldWhoThinks() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS + "backend-mode: vllm\n")) {
            assertThat(gateway.post("/api/show", "{\"model\":\"deep\"}").body()).contains("\"thinking\"");
            for (String model : List.of("plain", "unknown")) {
                assertThat(gateway.post("/api/show", "{\"model\":\"" + model + "\"}")
                                .body())
                        .contains("\"completion\"")
                        .doesNotContain("\"thinking\"");
            }
        }
    }

    // ---- arguments as text

    private static String history(String model, String arguments) {
        return "{\"model\":\"" + model + "\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"?\"},"
                + "{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":" + arguments
                + "}}]},{\"role\":\"tool\",\"tool_name\":\"f\",\"content\":\"x\"}]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "native"})
    void argumentsAsTextAreRefusedAsOllamaDoesUnlessTheSettingsTakeThem(String model) throws IOException { // check 25
        String text = "\"{\\\"z\\\":1,\\\"a\\\":\\\"\\uc11c\\uc6b8\\\"}\"";
        String refusal = "{\"error\":\"Value looks like object, but can't find closing '}' symbol\"}";
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/api/chat", history(model, text));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).isEqualTo(refusal);
            assertThat(upstream.visits()).isEmpty();
        }
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS + "ollama-clients: {text-arguments: true}\n")) {
            assertThat(gateway.post("/api/chat", history(model, text)).status()).isEqualTo(200);
            assertThat(sent())
                    .contains(
                            model.equals("native")
                                    ? "\"arguments\":{\"z\":1,\"a\":\"\uc11c\uc6b8\"}"
                                    : "\"arguments\":\"{\\\"z\\\":1,\\\"a\\\":\\\"\uc11c\uc6b8\\\"}\"");
            assertThat(gateway.post("/api/chat", history(model, "{\"z\":1}")).status())
                    .isEqualTo(200);
            int before = upstream.visits().size();
            for (String bad : List.of("\"\"", "\"{\"", "\"[1]\"", "\"null\"", "\"{} {}\"", "7")) {
                Reply reply = gateway.post("/api/chat", history(model, bad));
                assertThat(reply.body()).as(bad).isEqualTo(refusal);
            }
            assertThat(upstream.visits()).hasSize(before);
        }
    }

    // ---- vectors

    @Test
    void vectorsAreAsLongAsWishedAndOfLengthOneThoughTheServerKnowsOneLengthOnly() throws IOException { // check 47
        Random random = new Random(47);
        List<String> numbers = IntStream.range(0, 1024)
                .mapToObj(_ -> Float.toString(random.nextFloat() - 0.5f))
                .toList();
        upstream.on("vllm", visit -> {
            boolean refused = visit.request().text().contains("dimensions");
            visit.reply(
                    refused ? 400 : 200,
                    "application/json",
                    refused
                            ? "{\"error\":{\"message\":\"Model does not support matryoshka representation\",\"code\":400}}"
                            : "{\"object\":\"list\",\"model\":\"e\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                                    + "\"embedding\":[" + String.join(",", numbers)
                                    + "]}],\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}");
        });
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            for (int wished : new int[] {256, 1, 1024, 4096}) {
                JsonNode vector = JSON.readTree(gateway.post(
                                        "/api/embed",
                                        "{\"model\":\"unknown\",\"input\":\"a\",\"dimensions\":" + wished + "}")
                                .body())
                        .path("embeddings")
                        .path(0);
                List<Double> values = new ArrayList<>();
                vector.forEach(value -> values.add(value.asDouble()));
                assertThat(values).hasSize(Math.min(wished, 1024));
                double norm = Math.sqrt(
                        values.stream().mapToDouble(value -> value * value).sum());
                assertThat(norm).isBetween(1 - 1e-5, 1 + 1e-5);
            }
        }
    }

    // ---- lines that are too long

    private static String argumentsChunk(String text) {
        return "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                + "\"arguments\":\"" + text + "\"}}]},\"finish_reason\":null}]}\n\n";
    }

    @Test
    void aToolCallOfNineMebibytesIsAnErrorThatEveryClientCanRead() throws IOException { // check 65
        String mebibyte = "x".repeat(1 << 20);
        String open = "{\\\"a\\\":\\\"";
        StringBuilder slices =
                new StringBuilder("data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                        + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Well.\"}}]}\n\n");
        slices.append(argumentsChunk(open));
        for (int i = 0; i < 9; i++) {
            slices.append(argumentsChunk(mebibyte));
        }
        String end =
                "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
                        + "{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
        slices.append(argumentsChunk("\\\"}")).append(end);
        String body = "{\"model\":\"unknown\",\"messages\":[{\"role\":\"user\",\"content\":\"?\"}],"
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}";
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            upstream.on("vllm", Scripts.body("text/event-stream", slices.toString()));
            String[] lines = gateway.post("/api/chat", body).body().split("\n");
            assertThat(lines[0]).contains("Well.");
            assertThat(lines[lines.length - 1]).startsWith("{\"error\":\"").contains("too long");
            assertThat(lines)
                    .allMatch(line -> line.length() < 8_000_000)
                    .noneMatch(line -> line.contains("\"done\":true"));

            upstream.on("vllm", Scripts.body("text/event-stream", argumentsChunk(mebibyte.repeat(9)) + end));
            Reply whole = gateway.post("/api/chat", body);
            assertThat(whole.status()).as("one chunk of nine mebibytes").isEqualTo(502);
            assertThat(whole.body()).contains("\"error\":\"");
        }
    }

    @Test
    void anOllamaServersLineOfNineMebibytesIsAnErrorToo() throws IOException { // check 65
        String line = "{\"model\":\"n\",\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"done\":false}\n";
        upstream.on(
                "ollama",
                Scripts.body("application/x-ndjson", line.formatted("Well.") + line.formatted("x".repeat(8_100_000))));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            String[] lines = gateway.post("/api/chat", TestGateway.chatBody("native", true))
                    .body()
                    .split("\n");
            assertThat(lines).hasSize(2);
            assertThat(lines[0]).contains("Well.");
            assertThat(lines[1]).startsWith("{\"error\":\"");
        }
    }
}
