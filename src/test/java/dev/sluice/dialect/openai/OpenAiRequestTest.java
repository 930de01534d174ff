package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.profile;
import static dev.sluice.dialect.openai.Calls.target;
import static dev.sluice.dialect.openai.Calls.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Profile.ThinkingStyle;
import dev.sluice.dialect.Target;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.Dialect;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import dev.sluice.model.Sampling;
import dev.sluice.model.Thinking;
import dev.sluice.model.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Requests of another dialect, written for one provider. */
class OpenAiRequestTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static Profile thinking(ThinkingStyle style) {
        return profile(style, true, true, Set.of());
    }

    private static ChatRequest request(List<Message> messages) {
        return new ChatRequest(
                "alias",
                messages,
                true,
                Sampling.DEFAULT,
                new AnswerFormat.Free(),
                List.of(),
                Optional.empty(),
                Thinking.DEFAULT,
                1,
                0,
                true,
                Map.of());
    }

    private static JsonNode written(ChatRequest request, Target target) {
        return MAPPER.readTree(
                BACK.write(new Asked.Chat(request), target).body().join());
    }

    private static Message calls(String... names) {
        List<Message.ToolCall> calls = new ArrayList<>();
        for (String name : names) {
            calls.add(new Message.ToolCall("", name, new RawJson("{\"b\":1,\"a\":2}")));
        }
        return new Message("assistant", List.of(), "", calls, Optional.empty(), Optional.empty());
    }

    private static Message result(String tool) {
        return new Message(
                "tool",
                List.of(new Message.Part.Text("4")),
                "",
                List.of(),
                Optional.empty(),
                tool.isEmpty() ? Optional.empty() : Optional.of(tool));
    }

    @Test
    void pairsToolResultsWithTheirCalls() {
        JsonNode body =
                written(request(List.of(Message.of("user", "x"), calls("f", "g"), result("g"), result(""))), plain());
        JsonNode turns = body.path("messages");
        String first = turns.path(1).path("tool_calls").path(0).path("id").asString();
        String second = turns.path(1).path("tool_calls").path(1).path("id").asString();
        assertThat(first).matches("call_[a-z0-9]{8}").isNotEqualTo(second);
        assertThat(turns.path(2).path("tool_call_id").asString()).isEqualTo(second);
        assertThat(turns.path(3).path("tool_call_id").asString()).isEqualTo(first);
        assertThat(turns.path(1).path("content").isNull()).isTrue();
        assertThat(turns.path(1)
                        .path("tool_calls")
                        .path(0)
                        .path("function")
                        .path("arguments")
                        .asString())
                .isEqualTo("{\"b\":1,\"a\":2}");
        assertThat(body.path("stream_options").path("include_usage").asBoolean())
                .isTrue();
        assertThat(body.path("model").asString()).isEqualTo("real");
    }

    @Test
    void clampsAndDropsSampling() {
        Sampling sampling = new Sampling.Builder()
                .temperature(OptionalDouble.of(9))
                .topP(OptionalDouble.of(0))
                .topK(OptionalInt.of(40))
                .minP(OptionalDouble.of(0.1))
                .repeatPenalty(OptionalDouble.of(1.1))
                .seed(OptionalLong.of(-1))
                .stop(List.of("a"))
                .maxOutput(OptionalLong.of(-1))
                .topLogprobs(OptionalInt.of(99))
                .logprobs(true)
                .build();
        ChatRequest request = new ChatRequest(
                "alias",
                List.of(Message.of("user", "x")),
                false,
                sampling,
                new AnswerFormat.Free(),
                List.of(),
                Optional.empty(),
                Thinking.ON,
                1,
                0,
                true,
                Map.of("keep_alive", new RawJson("5")));
        Outbound outbound = BACK.write(new Asked.Chat(request), target(thinking(ThinkingStyle.NONE)));
        JsonNode body = MAPPER.readTree(outbound.body().join());
        assertThat(body.path("temperature").asDouble()).isEqualTo(2);
        assertThat(body.path("top_p").asDouble()).isPositive();
        assertThat(body.path("top_logprobs").asInt()).isEqualTo(20);
        assertThat(body.has("max_tokens")).isFalse();
        assertThat(body.has("seed")).isFalse();
        assertThat(body.has("stream_options")).isFalse();
        assertThat(outbound.dropped())
                .containsExactlyInAnyOrder("top_k", "min_p", "repetition_penalty", "think", "keep_alive");
    }

    @Test
    void sendsImagesAsDataAddresses() {
        Message.Part png = new Message.Part.Image("", "iVBORw0KGgoAAAA", "");
        Message turn = new Message(
                "user", List.of(new Message.Part.Text("see"), png), "", List.of(), Optional.empty(), Optional.empty());
        JsonNode parts = written(request(List.of(turn)), plain())
                .path("messages")
                .path(0)
                .path("content");
        assertThat(parts.path(1).path("image_url").path("url").asString())
                .isEqualTo("data:image/png;base64,iVBORw0KGgoAAAA");
    }

    @Test
    void spellsOutTheSchemaWhereThereAreNone() { // check 93
        AnswerFormat schema = new AnswerFormat.Schema("", new RawJson("{\"type\":\"object\"}"), true);
        ChatRequest request = new ChatRequest(
                "alias",
                List.of(Message.of("user", "x")),
                false,
                Sampling.DEFAULT,
                schema,
                List.of(new Tool("f", new RawJson("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"))),
                Optional.empty(),
                Thinking.OFF,
                1,
                0,
                true,
                Map.of());
        JsonNode without = written(request, target(profile(ThinkingStyle.SWITCH, false, true, Set.of())));
        assertThat(without.path("response_format").path("type").asString()).isEqualTo("json_object");
        assertThat(without.path("messages").path(0).path("content").asString())
                .contains("JSON", "{\"type\":\"object\"}");
        assertThat(without.path("thinking").path("type").asString()).isEqualTo("disabled");
        JsonNode with = written(request, target(thinking(ThinkingStyle.TEMPLATE)));
        assertThat(with.path("response_format")
                        .path("json_schema")
                        .path("strict")
                        .asBoolean())
                .isTrue();
        assertThat(with.path("chat_template_kwargs").path("enable_thinking").asBoolean(true))
                .isFalse();
        assertThat(with.path("tools").path(0).path("function").path("name").asString())
                .isEqualTo("f");
    }

    @Test
    void trimsTheOldestTurns() {
        List<Message> turns = new ArrayList<>(List.of(Message.of("system", "rules"), calls("f"), result("f")));
        for (int i = 0; i < 30; i++) {
            turns.add(Message.of("user", "word ".repeat(50)));
        }
        turns.add(Message.of("user", "last"));
        ChatRequest request = request(turns);
        Target small = new Target("somewhere", Dialect.OPENAI, "real", Profile.PLAIN, 200, OptionalLong.empty());
        JsonNode messages = written(request, small).path("messages");
        assertThat(messages.size()).isBetween(3, 6);
        assertThat(messages.path(0).path("role").asString()).isEqualTo("system");
        assertThat(messages.path(1).path("role").asString()).isEqualTo("user");
        assertThat(messages.path(messages.size() - 1).path("content").asString())
                .isEqualTo("last");
    }

    @Test
    void writesCompletionsAndEmbeddings() { // check 111
        CompletionRequest fill = new CompletionRequest(
                "alias",
                new RawJson("\"def f\""),
                "return",
                false,
                Sampling.DEFAULT,
                new AnswerFormat.Free(),
                1,
                false,
                Map.of());
        Outbound completion = BACK.write(new Asked.Completion(fill), plain());
        assertThat(completion.path()).isEqualTo("/completions");
        assertThat(MAPPER.readTree(completion.body().join()).path("max_tokens").asInt())
                .isGreaterThan(16);
        Outbound embed = BACK.write(
                new Asked.Embed(new EmbedRequest(
                        "alias", List.of(new RawJson("\"a\""), new RawJson("[1,2]")), OptionalInt.of(8), true, true)),
                plain());
        assertThat(text(embed.body().join()))
                .isEqualTo("{\"model\":\"real\",\"input\":[\"a\",[1,2]],\"encoding_format\":\"float\"}"); // check 47
    }

    private static JsonNode toVllm(Sampling sampling, boolean truncate, long window) {
        Profile vllm = new Profile(ThinkingStyle.TEMPLATE, true, true, false, true, Set.of(), true, true);
        Target target = new Target("vllm", Dialect.OPENAI, "real", vllm, window, OptionalLong.empty());
        ChatRequest request = new ChatRequest(
                "alias",
                List.of(Message.of("user", "x")),
                false,
                sampling,
                new AnswerFormat.Free(),
                List.of(),
                Optional.empty(),
                Thinking.DEFAULT,
                1,
                0,
                truncate,
                Map.of());
        return MAPPER.readTree(
                BACK.write(new Asked.Chat(request), target).body().join());
    }

    private static Sampling sampling(OptionalDouble temperature, boolean asAtOllama) {
        return new Sampling.Builder()
                .temperature(temperature)
                .maxOutput(OptionalLong.of(48))
                .asAtOllama(asAtOllama)
                .build();
    }

    @Test
    void drawsAsOllamaDoesWhereAServerStandsInForIt() {
        JsonNode body = toVllm(sampling(OptionalDouble.of(0), true), false, 0);
        assertThat(body.path("temperature").asDouble(-1)).isZero();
        assertThat(body.path("top_k").asInt()).isEqualTo(40);
        assertThat(body.path("top_p").asDouble()).isEqualTo(0.9);
        assertThat(toVllm(sampling(OptionalDouble.empty(), true), false, 0)
                        .path("temperature")
                        .asDouble())
                .isEqualTo(0.8);
        assertThat(toVllm(sampling(OptionalDouble.empty(), false), false, 0).has("temperature"))
                .isFalse();
    }

    @Test
    void letsTheServerCutAPromptThatIsTooLongByItsOwnCount() {
        assertThat(toVllm(sampling(OptionalDouble.empty(), true), true, 2_048)
                        .path("truncate_prompt_tokens")
                        .asInt())
                .isEqualTo(2_000);
        assertThat(toVllm(sampling(OptionalDouble.empty(), true), false, 2_048).has("truncate_prompt_tokens"))
                .isFalse();
        assertThat(toVllm(sampling(OptionalDouble.empty(), true), true, 0).has("truncate_prompt_tokens"))
                .isFalse();
    }
}
