package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.sluice.testing.Answers;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LangChain4j's OpenAI models, unmodified, before an OpenAI-style server and before Ollama. */
class LangChain4jOpenAiTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm/v1}
              ollama: {url: $UP/ollama}
            models:
              on-vllm: vllm/m
              on-ollama: ollama/m
            """;
    private static final String KOREAN =
            "\ub300\ud55c\ubbfc\uad6d\uc758 \uc218\ub3c4\ub294 \uc11c\uc6b8\uc785\ub2c8\ub2e4.";
    private static final ChatRequest QUESTION =
            ChatRequest.builder().messages(UserMessage.from("?")).build();
    private static final ChatRequest TOOLS = ChatRequest.builder()
            .messages(UserMessage.from("weather and time?"))
            .toolSpecifications(
                    ToolSpecification.builder().name("get_weather").build(),
                    ToolSpecification.builder().name("get_time").build())
            .build();

    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS);

    private String address() {
        return "http://127.0.0.1:" + gateway.port() + "/v1";
    }

    private ChatResponse whole(String server, ChatRequest request) {
        return OpenAiChatModel.builder()
                .baseUrl(address())
                .apiKey("unused")
                .modelName("on-" + server)
                .maxRetries(0)
                .build()
                .chat(request);
    }

    /** What it told its user first: an answer, or an error. */
    private ChatResponse streamed(String server, ChatRequest request) throws Exception {
        FirstWord first = new FirstWord();
        OpenAiStreamingChatModel.builder()
                .baseUrl(address())
                .apiKey("unused")
                .modelName("on-" + server)
                .build()
                .chat(request, first);
        return first.heard().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "ollama"})
    void readsTheSameTextWholeAndStreamed(String server) throws Exception { // check 67
        upstream.on(
                server,
                Answers.of(
                        "\ub300\ud55c\ubbfc\uad6d\uc758", " \uc218\ub3c4\ub294", " \uc11c\uc6b8\uc785\ub2c8\ub2e4."));
        for (ChatResponse answer : List.of(whole(server, QUESTION), streamed(server, QUESTION))) {
            assertThat(answer.aiMessage().text()).isEqualTo(KOREAN);
            assertThat(answer.tokenUsage().inputTokenCount()).isEqualTo(10);
            assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(3);
            assertThat(answer.metadata().modelName()).isEqualTo("on-" + server);
        }
    }

    /** The parts of a call as some servers send them: name and id in each again. */
    private static String part(int index, String id, String name, String arguments) {
        return "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"delta\":{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"" + id
                + "\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":\""
                + arguments.replace("\"", "\\\"") + "\"}}]},\"finish_reason\":null}]}\n\n";
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsTheNameOfEachCallOnce(boolean repeated) throws Exception { // check 74
        upstream.on(
                "vllm",
                Scripts.body(
                        "text/event-stream",
                        part(0, "a", "get_weather", "{\"city\":")
                                + part(0, repeated ? "a" : "", repeated ? "get_weather" : "", "\"Seoul\"}")
                                + part(1, "b", "get_time", "{\"city\":")
                                + part(1, repeated ? "b" : "", repeated ? "get_time" : "", "\"Busan\"}")
                                + "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                                + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
                                + "data: [DONE]\n\n"));
        assertThat(streamed("vllm", TOOLS).aiMessage().toolExecutionRequests())
                .extracting(ToolExecutionRequest::id, ToolExecutionRequest::name, ToolExecutionRequest::arguments)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", "get_weather", "{\"city\":\"Seoul\"}"),
                        org.assertj.core.groups.Tuple.tuple("b", "get_time", "{\"city\":\"Busan\"}"));
    }

    @Test
    void readsTheCallsOfAnOllamaServer() throws Exception { // check 74
        String call = "{\"function\":{\"name\":\"%s\",\"arguments\":{\"city\":\"%s\"}}}";
        String line =
                "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[%s]},\"done\":%s}\n";
        upstream.on(
                "ollama",
                Scripts.body(
                        "application/x-ndjson",
                        line.formatted(call.formatted("get_weather", "Seoul"), false)
                                + line.formatted(call.formatted("get_time", "Busan"), false)
                                + line.formatted("", "true,\"done_reason\":\"stop\"")));
        List<ToolExecutionRequest> calls = streamed("ollama", TOOLS).aiMessage().toolExecutionRequests();
        assertThat(calls).extracting(ToolExecutionRequest::name).containsExactly("get_weather", "get_time");
        assertThat(calls.getFirst().id()).isNotEqualTo(calls.getLast().id()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"vllm, 700", "ollama, 350"})
    void hearsOfAStreamThatBreaksInTheMiddle(String server, int cutAt) { // check 82, S19
        upstream.on(server, Scripts.cutAt(Answers.of("one", "two", "three", "four"), cutAt, Scripts.Cut.RST));
        assertThatThrownBy(() -> streamed(server, QUESTION)).cause().hasMessageContaining("\"message\":\"the provider");
    }

    @Test
    void mapsAMissingModelToItsOwnException() { // check 101
        upstream.on("vllm", Scripts.status(404, "The model `m` does not exist."));
        assertThatThrownBy(() -> whole("vllm", QUESTION)).isInstanceOf(ModelNotFoundException.class);
    }

    @Test
    void readsVectors() {
        upstream.on("vllm", Scripts.body("application/json", """
                {"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]}],
                 "usage":{"prompt_tokens":3,"total_tokens":3}}"""));
        float[] vector = OpenAiEmbeddingModel.builder()
                .baseUrl(address())
                .apiKey("unused")
                .modelName("on-vllm")
                .build()
                .embed("?")
                .content()
                .vector();
        assertThat(vector).containsExactly(0.5f, -0.25f);
    }
}
