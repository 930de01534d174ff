package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.sluice.testing.Answers;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's own Java library, unmodified, before an OpenAI-style server and before Ollama. */
class OpenAiJavaTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm/v1}
              ollama: {url: $UP/ollama}
            models:
              on-vllm: vllm/m
              on-ollama: ollama/m
            """;
    private static final String KOREAN = "대한민국의 수도는 서울입니다.";

    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS);

    @AutoClose
    private final OpenAIClient client = OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + gateway.port() + "/v1")
            .apiKey("unused")
            .build();

    private static ChatCompletionCreateParams chat(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("안녕?")
                .build();
    }

    private void answer(String model, Script... scripts) {
        upstream.on(model.substring("on-".length()), scripts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on-vllm", "on-ollama"})
    void readsAWholeAnswer(String model) { // check 67
        answer(model, Answers.of(KOREAN));
        ChatCompletion answer = client.chat().completions().create(chat(model));
        assertThat(answer.choices().getFirst().message().content()).contains(KOREAN);
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(10);
        assertThat(answer.model()).isEqualTo(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on-vllm", "on-ollama"})
    void readsAStreamAndItsUsageWithItsOwnAccumulator(String model) { // checks 67-73
        answer(model, Answers.of("대한민국의", " 수도는", " 서울입니다."));
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        ChatCompletionCreateParams params = chat(model).toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        ChatCompletion whole = accumulator.chatCompletion();
        assertThat(whole.choices().getFirst().message().content()).contains(KOREAN);
        assertThat(whole.usage().orElseThrow().completionTokens()).isEqualTo(3);
    }

    @Test
    void readsAServerThatCountsInEveryChunk() { // check 71
        String chunk =
                "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[%s],"
                        + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n";
        answer(
                "on-vllm",
                Scripts.body(
                        "text/event-stream",
                        chunk.formatted(
                                        "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}",
                                        0,
                                        5)
                                + chunk.formatted(
                                        "{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}", 1, 6)
                                + chunk.formatted(
                                        "{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}", 2, 7)
                                + chunk.formatted("", 2, 7)
                                + "data: [DONE]\n\n"));
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        ChatCompletionCreateParams params = chat("on-vllm").toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        ChatCompletion whole = accumulator.chatCompletion();
        assertThat(whole.choices().getFirst().message().content()).contains("ab");
        assertThat(whole.usage().orElseThrow().totalTokens()).isEqualTo(7);
    }

    @Test
    void getsNoUsageChunkThatItDidNotAskFor() { // checks 70, 72
        answer("on-vllm", Answers.of("a", "b"));
        List<ChatCompletionChunk> chunks = new ArrayList<>();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(chat("on-vllm"))) {
            stream.stream().forEach(chunks::add);
        }
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.choices()).hasSize(1);
            assertThat(chunk.usage()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource({"on-vllm, 700", "on-ollama, 350"})
    void hearsOfAStreamThatBreaksInTheMiddle(String model, int cutAt) { // check 82
        answer(model, Scripts.cutAt(Answers.of("one", "two", "three", "four"), cutAt, Scripts.Cut.RST));
        assertThatThrownBy(() -> {
                    try (StreamResponse<ChatCompletionChunk> stream =
                            client.chat().completions().createStreaming(chat(model))) {
                        stream.stream().forEach(_ -> {});
                    }
                })
                .isInstanceOf(SseException.class)
                .hasMessageContaining("provider");
    }

    @Test
    void readsVectorsAsItAsksForThemByDefault() { // check 97
        answer("on-vllm", Scripts.body("application/json", """
                {"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25,1.0]}],
                 "usage":{"prompt_tokens":3,"total_tokens":3}}"""));
        CreateEmbeddingResponse vectors = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("on-vllm")
                        .input("안녕")
                        .build());
        assertThat(vectors.data().getFirst().embedding()).containsExactly(0.5f, -0.25f, 1.0f);
    }

    @Test
    void findsModelsWhoseNamesHoldSlashesAndColons() { // check 100
        upstream.page("ollama/api/tags", "{\"models\":[{\"name\":\"hf.co/a/b:q4\",\"model\":\"hf.co/a/b:q4\"}]}");
        assertThat(client.models().list().data())
                .extracting(model -> model.id())
                .contains("on-vllm", "hf.co/a/b:q4");
        assertThat(client.models().retrieve("on-vllm").id()).isEqualTo("on-vllm");
        assertThat(client.models().retrieve("hf.co/a/b:q4").id()).isEqualTo("hf.co/a/b:q4");
        assertThat(client.models().retrieve("hf.co/a/b:q4").created())
                .isEqualTo(client.models().retrieve("on-vllm").created());
    }

    @Test
    void raisesItsOwnClassForEachStatus() { // check 101
        answer("on-vllm", Scripts.status(400, "bad temperature"), Scripts.status(429, "slow down", "retry-after: 30"));
        assertThatThrownBy(() -> client.chat().completions().create(chat("on-vllm")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("bad temperature");
        assertThatThrownBy(() -> client.chat().completions().create(chat("on-vllm")))
                .isInstanceOf(RateLimitException.class);
        assertThatThrownBy(() -> client.models().retrieve("nope")).isInstanceOf(NotFoundException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400, bad temperature,      BadRequestException",
        "403, flagged by moderation, BadRequestException",
        "404, model not found,      NotFoundException",
        "422, too many inputs,      UnprocessableEntityException",
        "429, slow down,            RateLimitException",
        "500, boom,                 InternalServerException",
        "503, overloaded,           InternalServerException",
    })
    void raisesTheClassOfTheLastRefusal(int status, String words, String raised) { // check 101
        answer("on-vllm", Scripts.status(status, words));
        assertThatThrownBy(() -> client.chat().completions().create(chat("on-vllm")))
                .satisfies(thrown -> assertThat(thrown.getClass().getSimpleName())
                        .as(thrown.getMessage())
                        .isEqualTo(raised));
    }

    @Test
    void doesNotMultiplyTheRetriesOfTheChain() { // check 104
        answer("on-vllm", Scripts.status(500, "boom"));
        assertThatThrownBy(() -> client.chat().completions().create(chat("on-vllm")))
                .isInstanceOf(InternalServerException.class);
        assertThat(upstream.visits("vllm"))
                .hasSize(3); // Once and two retries, though the library would retry twice more.
    }

    @Test
    void asksOnceAndNoMoreWhereTheBudgetIsSpent() throws IOException { // check 103
        String spent = TestGateway.QUICK + """
                providers: {deepseek: {url: $UP/deepseek, key: k}}
                budgets: [{scope: gateway, amount: 0, period: day}]
                """;
        try (TestGateway poor = TestGateway.start(upstream, spent)) {
            OpenAIClient eager = OpenAIOkHttpClient.builder()
                    .baseUrl("http://127.0.0.1:" + poor.port() + "/v1")
                    .apiKey("unused")
                    .maxRetries(4)
                    .build();
            assertThatThrownBy(() -> eager.chat().completions().create(chat("deepseek-flash")))
                    .isInstanceOfSatisfying(RateLimitException.class, refused -> {
                        assertThat(refused.type()).contains("insufficient_quota");
                        assertThat(refused.code()).contains("budget_exceeded");
                        assertThat(refused).hasMessageContaining("the limit of gateway a day has $0 of $0 left");
                        assertThat(refused.headers().values("x-should-retry")).containsExactly("false");
                    });
            eager.close();
            assertThat(poor.get("/metrics").body())
                    .containsPattern("sluice_requests_total\\{[^}]*status=\"429\"[^}]*} 1(\\.0)?\n");
            assertThat(upstream.visits("deepseek")).isEmpty();
        }
    }

    @Test
    void isRefusedWithoutAKeyWhereKeysAreSetUp() throws IOException { // check 101
        try (TestGateway guarded = TestGateway.start(upstream, SETTINGS + "keys: [{name: a, key: right}]\n")) {
            OpenAIClient stranger = OpenAIOkHttpClient.builder()
                    .baseUrl("http://127.0.0.1:" + guarded.port() + "/v1")
                    .apiKey("wrong")
                    .build();
            assertThatThrownBy(() -> stranger.chat().completions().create(chat("on-vllm")))
                    .isInstanceOf(UnauthorizedException.class);
            stranger.close();
            OpenAIClient known = OpenAIOkHttpClient.builder()
                    .baseUrl("http://127.0.0.1:" + guarded.port() + "/v1")
                    .apiKey("right")
                    .putHeader("x-sluice-user", "kim")
                    .build();
            assertThatThrownBy(() -> known.chat().completions().create(chat("on-vllm")))
                    .isInstanceOf(PermissionDeniedException.class)
                    .hasMessageContaining("may not name an end user");
            known.close();
        }
    }
}
