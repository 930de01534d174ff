package dev.sluice.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Outbound;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Endpoint;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import dev.sluice.model.Sampling;
import dev.sluice.model.Thinking;
import dev.sluice.model.Tool;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaRequestTest {
    private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAA";

    private final OllamaFront front = new OllamaFront(InstantSource.fixed(Recordings.NOON), OllamaLeniency.NONE);
    private final OllamaBack back = new OllamaBack(InstantSource.fixed(Recordings.NOON));

    @Test
    void understandsAGenerationAsAChatOfOneTurn() { // check 38
        ChatRequest chat = chat(
                Endpoint.OLLAMA_GENERATE,
                "{\"model\":\"m\",\"system\":\"s\",\"prompt\":\"p\",\"images\":[\"" + PNG + "\"],\"template\":\"t\"}");
        assertThat(chat.messages().getFirst()).isEqualTo(Message.of("system", "s"));
        assertThat(chat.messages().getLast().parts())
                .containsExactly(new Message.Part.Text("p"), new Message.Part.Image("image/png", PNG, ""));
        assertThat(chat.others()).containsOnlyKeys("template");
    }

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "'\"stream\":false', false",
        "'\"stream\":false,\"stream\":null', true",
        "'\"stream\":false,\"Stream\":true', true",
        "'\"stream\":true,\"stream\":false', false"
    })
    void streamsAsTheLastWordSays(String members, boolean stream) {
        String comma = members.isEmpty() ? "" : ",";
        String body = "{\"model\":\"m\",\"messages\":[]" + comma + members + "}";
        assertThat(front.read(Endpoint.OLLAMA_CHAT, body.getBytes(StandardCharsets.UTF_8)).stream())
                .isEqualTo(stream);
    }

    @Test
    void understandsRawAndSuffixAsACompletion() { // check 61
        Asked asked = understand(Endpoint.OLLAMA_GENERATE, "{\"model\":\"m\",\"prompt\":\"p\",\"raw\":true}");
        assertThat(asked).isInstanceOf(Asked.Completion.class);
        assertThat(((Asked.Completion) asked).request().prompt()).isEqualTo(new RawJson("\"p\""));
    }

    @Test
    void understandsOptions() { // checks 34, 36
        ChatRequest chat = chat(
                Endpoint.OLLAMA_CHAT,
                "{\"model\":\"m\",\"options\":{\"temperature\":5,\"num_predict\":-1,\"seed\":7,\"stop\":[\"a\",\"b\"],"
                        + "\"num_ctx\":2048,\"num_gpu\":1,\"mirostat\":2,\"top_k\":3.0}}");
        assertThat(chat.sampling().temperature()).hasValue(5);
        assertThat(chat.sampling().maxOutput()).isEmpty();
        assertThat(chat.sampling().seed()).hasValue(7);
        assertThat(chat.sampling().topK()).hasValue(3);
        assertThat(chat.sampling().stop()).containsExactly("a", "b");
        assertThat(chat.contextWindow()).isEqualTo(2048);
        assertThat(chat.others()).containsExactly(Map.entry("options.mirostat", new RawJson("2")));
    }

    @Test
    void keepsEveryDigitOfASeed() { // check 36
        assertThat(seed("9007199254740993")).hasValue(9_007_199_254_740_993L);
        assertThat(seed("9223372036854775807")).hasValue(Long.MAX_VALUE);
        assertThat(seed("3.0")).hasValue(3);
        assertThat(seed("1e30")).hasValue(Long.MAX_VALUE);
        assertThat(seed("-1")).isEmpty();
    }

    private OptionalLong seed(String seed) {
        String body = "{\"model\":\"m\",\"options\":{\"seed\":" + seed + "}}";
        return chat(Endpoint.OLLAMA_CHAT, body).sampling().seed();
    }

    @Test
    void keepsTheKeyOrderOfToolArguments() { // checks 24, 26
        ChatRequest chat = chat(
                Endpoint.OLLAMA_CHAT,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"Assistant\",\"content\":null,\"tool_calls\":[{\"function\":"
                        + "{\"name\":\"f\",\"arguments\":{\"z\":1,\"a\":1.50}}}]},{\"role\":\"tool\",\"tool_name\":\"f\","
                        + "\"content\":\"ok\"}]}");
        assertThat(chat.messages().getFirst().role()).isEqualTo("assistant");
        assertThat(chat.messages().getFirst().toolCalls())
                .containsExactly(new Message.ToolCall("", "f", new RawJson("{\"z\":1,\"a\":1.50}")));
        assertThat(chat.messages().getLast().toolName()).contains("f");
    }

    @Test
    void understandsThinkingAndFormat() { // checks 30, 32
        assertThat(chat(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\",\"think\":false,\"format\":\"json\"}"))
                .satisfies(chat -> assertThat(chat.thinking()).isEqualTo(Thinking.OFF))
                .satisfies(chat -> assertThat(chat.format()).isEqualTo(new AnswerFormat.AnyJson()));
        assertThat(chat(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\",\"think\":\"low\",\"format\":{\"type\":\"object\"}}"))
                .satisfies(chat -> assertThat(chat.thinking()).isEqualTo(Thinking.LOW))
                .satisfies(chat -> assertThat(chat.format())
                        .isEqualTo(new AnswerFormat.Schema("", new RawJson("{\"type\":\"object\"}"), true)));
    }

    @Test
    void refusesAnEffortThatNobodyKnowsAsOllamaDoes() {
        ChatRequest asked = new ChatRequest(
                "m",
                List.of(),
                false,
                Sampling.DEFAULT,
                new AnswerFormat.Free(),
                List.of(),
                Optional.empty(),
                Thinking.DEFAULT,
                1,
                0,
                false,
                Map.of("reasoning_effort", new RawJson("\"often\"")));
        assertThatThrownBy(() -> back.write(new Asked.Chat(asked), Recordings.target("m")))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("invalid reasoning value: 'often' (must be");
    }

    @Test
    void understandsEmbeddings() { // checks 45, 47, 50
        Asked asked = understand(
                Endpoint.OLLAMA_EMBED, "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":8,\"truncate\":false}");
        assertThat(asked)
                .isEqualTo(new Asked.Embed(new EmbedRequest(
                        "m", List.of(new RawJson("\"a\""), new RawJson("\"b\"")), OptionalInt.of(8), false, true)));
    }

    @Test
    void splicesOnlyTheModelsName() { // check 58
        String body = "{\"prompt\":\"p\", \"model\" : \"m\" , \"x\":[1 , 2]}";
        assertThat(splice(body, "m", OptionalLong.empty())).isEqualTo(body);
        assertThat(splice(body, "other:7b", OptionalLong.empty())).isEqualTo(body.replace("\"m\"", "\"other:7b\""));
    }

    @Test
    void putsALimitInWhereThereIsNone() {
        OptionalLong cap = OptionalLong.of(9);
        assertThat(splice("{\"model\":\"m\"}", "m", cap))
                .isEqualTo("{\"options\":{\"num_predict\":9},\"model\":\"m\"}");
        assertThat(splice("{\"model\":\"m\",\"options\":{}}", "m", cap))
                .isEqualTo("{\"model\":\"m\",\"options\":{\"num_predict\":9}}");
        assertThat(splice("{\"model\":\"m\",\"options\":{\"seed\":1}}", "n", cap))
                .isEqualTo("{\"model\":\"n\",\"options\":{\"num_predict\":9,\"seed\":1}}");
        assertThat(splice("{\"model\":\"m\",\"options\":{\"num_predict\":-1}}", "m", cap))
                .isEqualTo("{\"model\":\"m\",\"options\":{\"num_predict\":9}}");
        assertThat(splice("{\"model\":\"m\",\"options\":{\"num_predict\":5}}", "m", cap))
                .isEqualTo("{\"model\":\"m\",\"options\":{\"num_predict\":5}}");
    }

    /** As Go's decoder reads it: a second object is merged into the first, a null empties both, and names fold. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "options":null                                                | "options":{"num_predict":9}
            "options":{"num_predict":5},"options":null                    | "options":{"num_predict":5},"options":{"num_predict":9}
            "options":{"num_predict":5},"Options":null                    | "options":{"num_predict":5},"Options":{"num_predict":9}
            "options":{"num_predict":-1},"Options":null                   | "options":{"num_predict":-1},"Options":{"num_predict":9}
            "options":{"seed":1},"options":null                           | "options":{"seed":1},"options":{"num_predict":9}
            "options":null,"options":{"seed":1}                           | "options":null,"options":{"num_predict":9,"seed":1}
            "options":null,"OPTIONS":{"num_predict":5}                    | "options":null,"OPTIONS":{"num_predict":5}
            "options":null,"options":null                                 | "options":null,"options":{"num_predict":9}
            "options":{"num_predict":5},"options":{"seed":1}              | "options":{"num_predict":5},"options":{"seed":1}
            "options":{"num_predict":5},"options":{"num_predict":null}    | "options":{"num_predict":5},"options":{"num_predict":9}
            "options":{"num_predict":5},"options":null,"options":{}       | "options":{"num_predict":5},"options":null,"options":{"num_predict":9}
            "options":{"num_predict":5},"option\u017f":{"num_predict":400} | "options":{"num_predict":5},"option\u017f":{"num_predict":9}
            "options":{"num_predict":5},"option\u017f":null               | "options":{"num_predict":5},"option\u017f":{"num_predict":9}
            "options":{"num_predict":5},"Option\\u017F":null              | "options":{"num_predict":5},"Option\\u017F":{"num_predict":9}
            """)
    void theLimitHoldsWhateverOptionsFollow(String asked, String sent) {
        assertThat(splice("{\"model\":\"m\"," + asked + "}", "m", OptionalLong.of(9)))
                .isEqualTo("{\"model\":\"m\"," + sent + "}");
    }

    @Test
    void whatANullTakesBackIsNoMistakeEither() {
        String options = "{\"model\":\"m\",\"options\":{\"seed\":\"often\"},\"options\":null}";
        assertThat(front.read(Endpoint.OLLAMA_GENERATE, options.getBytes(UTF_8)).outputCap())
                .isEmpty();
    }

    private String splice(String body, String model, OptionalLong cap) {
        Inbound call = front.read(Endpoint.OLLAMA_GENERATE, body.getBytes(UTF_8));
        Outbound outbound = back.splice(call, Recordings.target(model, cap));
        assertThat(outbound.path()).isEqualTo("/api/generate");
        return text(outbound);
    }

    @Test
    void writesAChatOfAnotherDialect() {
        Message call = new Message(
                "assistant",
                List.of(),
                "",
                List.of(new Message.ToolCall("call_1", "f", new RawJson("{\"b\":1,\"a\":2}"))),
                Optional.empty(),
                Optional.empty());
        Message result = new Message(
                "tool", List.of(new Message.Part.Text("ok")), "", List.of(), Optional.of("call_1"), Optional.empty());
        Tool tool = new Tool("f", new RawJson("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"));
        Outbound outbound = back.write(
                new Asked.Chat(
                        request(List.of(Message.of("developer", "s"), call, result), List.of(tool), "\"required\"")),
                Recordings.target("m", OptionalLong.of(64)));
        assertThat(text(outbound))
                .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
                        + "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"call_1\",\"function\":"
                        + "{\"index\":0,\"name\":\"f\",\"arguments\":{\"b\":1,\"a\":2}}}]},{\"role\":\"tool\",\"content\":\"ok\","
                        + "\"tool_name\":\"f\",\"tool_call_id\":\"call_1\"}],\"tools\":[{\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\"}}],\"think\":\"high\",\"format\":\"json\",\"options\":{\"temperature\":1,"
                        + "\"top_p\":1,\"num_predict\":64},\"stream\":true}");
        assertThat(outbound.dropped()).containsExactly("tool_choice", "n", "logit_bias");
    }

    @Test
    void sendsNoToolsWhereNoneMayBeCalled() {
        Tool tool = new Tool("f", new RawJson("{}"));
        assertThat(text(back.write(
                        new Asked.Chat(request(List.of(), List.of(tool), "\"none\"")), Recordings.target("m"))))
                .doesNotContain("tools");
    }

    @Test
    void refusesImageAddresses() {
        Message picture = new Message(
                "user",
                List.of(new Message.Part.Image("", "", "https://example.org/a.png")),
                "",
                List.of(),
                Optional.empty(),
                Optional.empty());
        Asked asked = new Asked.Chat(request(List.of(picture), List.of(), "\"auto\""));
        assertThatThrownBy(() -> back.write(asked, Recordings.target("m"))).isInstanceOf(GatewayException.class);
    }

    @Test
    void writesCompletionsRaw() {
        CompletionRequest request = new CompletionRequest(
                "x",
                new RawJson("[\"def a\"]"),
                "",
                false,
                Sampling.DEFAULT,
                new AnswerFormat.Free(),
                1,
                true,
                Map.of());
        Outbound outbound = back.write(new Asked.Completion(request), Recordings.target("m"));
        assertThat(outbound.path()).isEqualTo("/api/generate");
        assertThat(text(outbound))
                .isEqualTo(
                        "{\"model\":\"m\",\"prompt\":\"def a\",\"raw\":true,\"options\":{\"temperature\":1,\"top_p\":1},"
                                + "\"stream\":false}");
        assertThat(outbound.dropped()).containsExactly("echo");
    }

    @Test
    void embedsTextButNoTokens() {
        EmbedRequest texts = new EmbedRequest("x", List.of(new RawJson("\"a\"")), OptionalInt.of(4), true, false);
        assertThat(text(back.write(new Asked.Embed(texts), Recordings.target("m"))))
                .isEqualTo("{\"model\":\"m\",\"input\":[\"a\"],\"truncate\":true,\"dimensions\":4}");
        EmbedRequest tokens = new EmbedRequest("x", List.of(new RawJson("[1,2]")), OptionalInt.empty(), true, false);
        assertThatThrownBy(() -> back.write(new Asked.Embed(tokens), Recordings.target("m")))
                .isInstanceOf(GatewayException.class);
    }

    private static ChatRequest request(List<Message> messages, List<Tool> tools, String choice) {
        return new ChatRequest(
                "x",
                messages,
                true,
                Sampling.DEFAULT,
                new AnswerFormat.AnyJson(),
                tools,
                Optional.of(new RawJson(choice)),
                Thinking.MAX,
                2,
                0,
                true,
                Map.of("logit_bias", RawJson.EMPTY_OBJECT));
    }

    private ChatRequest chat(Endpoint endpoint, String body) {
        return ((Asked.Chat) understand(endpoint, body)).request();
    }

    private Asked understand(Endpoint endpoint, String body) {
        return front.understand(front.read(endpoint, body.getBytes(UTF_8)));
    }

    private static String text(Outbound outbound) {
        return new String(outbound.body().join(), UTF_8);
    }
}
