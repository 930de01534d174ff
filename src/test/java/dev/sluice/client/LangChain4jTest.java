package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaEmbeddingModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.sluice.testing.Answers;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LangChain4j's Ollama models, unmodified, before an OpenAI-style server and before Ollama. */
class LangChain4jTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm/v1}
              ollama: {url: $UP/ollama}
            models:
              on-vllm: vllm/m
              on-ollama: ollama/m
            """;
    private static final String TOOL_STREAM = """
            data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

            data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_weather","arguments":"{\\"city\\":"}}]}}]}

            data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"Seoul\\"}"}},{"index":1,"id":"b","type":"function","function":{"name":"get_time","arguments":"{\\"city\\":\\"Busan\\"}"}}]}}]}

            data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: [DONE]

            """;

    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS);

    private String address() {
        return "http://127.0.0.1:" + gateway.port();
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "ollama"})
    void readsAWholeAnswerAndItsUsage(String server) { // check 17
        upstream.on(server, Answers.of("서울입니다."));
        ChatResponse answer = OllamaChatModel.builder()
                .baseUrl(address())
                .modelName("on-" + server)
                .build()
                .chat(UserMessage.from("수도는?"));
        assertThat(answer.aiMessage().text()).isEqualTo("서울입니다.");
        assertThat(answer.tokenUsage().inputTokenCount()).isEqualTo(10);
        assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "ollama"})
    void readsAStreamAndItsUsage(String server) throws Exception { // check 17
        upstream.on(server, Answers.of("서울", "입니다."));
        ChatResponse answer = stream(
                        server,
                        ChatRequest.builder().messages(UserMessage.from("수도는?")).build())
                .get(10, TimeUnit.SECONDS);
        assertThat(answer.aiMessage().text()).isEqualTo("서울입니다.");
        assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(2);
    }

    @Test
    void keepsTwoToolCallsApart() throws Exception { // checks 21-23
        upstream.on("vllm", Scripts.body("text/event-stream", TOOL_STREAM));
        ChatRequest request = ChatRequest.builder()
                .messages(UserMessage.from("weather and time?"))
                .toolSpecifications(
                        ToolSpecification.builder().name("get_weather").build(),
                        ToolSpecification.builder().name("get_time").build())
                .build();
        List<ToolExecutionRequest> calls =
                stream("vllm", request).get(10, TimeUnit.SECONDS).aiMessage().toolExecutionRequests();
        assertThat(calls).extracting(ToolExecutionRequest::name).containsExactly("get_weather", "get_time");
        assertThat(calls.getFirst().arguments()).contains("Seoul");
        assertThat(calls.getLast().arguments()).contains("Busan");
    }

    @Test
    void hearsOfAStreamThatBreaksInTheMiddle() { // checks 43, 82
        upstream.on("vllm", Scripts.cutAt(Answers.of("one", "two", "three", "four"), 700, Scripts.Cut.RST));
        CompletableFuture<ChatResponse> answer = stream(
                "vllm", ChatRequest.builder().messages(UserMessage.from("?")).build());
        assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS)).hasMessageNotContaining("Timeout");
    }

    @Test
    void readsVectors() {
        upstream.on("vllm", Scripts.body("application/json", """
                {"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[3.0,4.0]}],
                 "usage":{"prompt_tokens":3,"total_tokens":3}}"""));
        float[] vector = OllamaEmbeddingModel.builder()
                .baseUrl(address())
                .modelName("on-vllm")
                .build()
                .embed("안녕")
                .content()
                .vector();
        assertThat(vector).containsExactly(0.6f, 0.8f); // check 45: normalised as Ollama does it
    }

    @Test
    void mapsAMissingModelToItsOwnException() { // check 39
        upstream.on("ollama", Scripts.status(404, "model 'nope' not found"));
        assertThatThrownBy(() -> OllamaChatModel.builder()
                        .baseUrl(address())
                        .modelName("on-ollama")
                        .maxRetries(0)
                        .build()
                        .chat("hello"))
                .isInstanceOf(ModelNotFoundException.class);
    }

    private CompletableFuture<ChatResponse> stream(String server, ChatRequest request) {
        FirstWord whole = new FirstWord();
        OllamaStreamingChatModel.builder()
                .baseUrl(address())
                .modelName("on-" + server)
                .build()
                .chat(request, whole);
        return whole.heard();
    }
}
