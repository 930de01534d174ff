package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two minutes in which a provider says nothing, with the settings as they come. */
class SilenceTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            server: {idle-connection: 1000h, stalled-client: 1000h}
            providers:
              vllm: {url: $UP/vllm, first-content: 1h}
              ollama: {url: $UP/ollama}
            """;
    private static final Answers GOOD = Answers.of("Guten", " Tag");
    private static final String GENERATE = "{\"model\":\"vllm/m\",\"prompt\":\"Hi\"}";
    private static final int SIGNS = 9;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HandTicker ticker = new HandTicker();
    private final CountDownLatch speak = new CountDownLatch(1);
    private ScriptedUpstream upstream;
    private TestGateway gateway;

    @BeforeEach
    void open() throws IOException {
        upstream = new ScriptedUpstream();
        upstream.on("vllm", visit -> {
            speak.await(60, TimeUnit.SECONDS);
            GOOD.play(visit);
        });
        gateway = TestGateway.start(upstream, SETTINGS, new Clocks(ticker, new HandClock(TestGateway.QUIET_DAY)));
    }

    @AfterEach
    void close() throws IOException {
        gateway.close();
        upstream.close();
    }

    /** Lets 125 s pass, of which the client sees a sign after 45 and each further 10. */
    private String silence(RawClient client, String path, String sign) throws Exception {
        int before = upstream.visits().size();
        client.post(path, path.equals("/api/generate") ? GENERATE : TestGateway.chatBody("vllm/m", true));
        upstream.awaitVisit(before + 1);
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < SIGNS; i++) {
            ticker.advance(Duration.ofSeconds(i == 0 ? 45 : 10));
            client.readUntil(sign);
            seen.append(client.soFar());
            client.forget();
        }
        return seen.toString();
    }

    /** The body without the head and the sizes of its chunks. */
    private static List<String> lines(String stream) {
        String body = stream.substring(stream.indexOf("\r\n\r\n") + 4);
        return List.of(body.replaceAll("(?m)^[0-9a-f]+\r\n|\r\n", "").split("\n", -1));
    }

    @Test
    void bringsAnOpenAiClientCommentsAndNothingElse() throws Exception { // check 80
        try (RawClient client = gateway.connect()) {
            String before = silence(client, "/v1/chat/completions", ": waiting\n\n");
            List<String> lines =
                    lines(before).stream().filter(line -> !line.isEmpty()).toList();
            assertThat(lines).hasSize(SIGNS).allMatch(": waiting"::equals);
            speak.countDown();
            client.readUntil("data: [DONE]\n\n");
            assertThat(client.soFar())
                    .contains("Guten", " Tag")
                    .doesNotContain("retry:", "id: ", "data:\n", "data: \n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/generate"})
    void bringsAnOllamaClientChunksWithoutWordsAndNoBlankLine(String path) throws Exception { // check 12
        try (RawClient client = gateway.connect()) {
            String before = silence(client, path, "\"done\":false}\n");
            assertThat(before).containsIgnoringCase("content-type: application/x-ndjson\r\n");
            List<String> lines = lines(before);
            assertThat(lines).hasSize(SIGNS + 1);
            for (String line : lines.subList(0, SIGNS)) {
                JsonNode chunk = JSON.readTree(line);
                assertThat(chunk.path("done").asBoolean(true)).as(line).isFalse();
                assertThat(chunk.path("model").asString("")).isEqualTo("vllm/m");
            }
            assertThat(lines.getLast()).as("behind the last line").isEmpty();
            speak.countDown();
            client.readUntil("\"done\":true");
            assertThat(client.soFar()).doesNotContain("\n\n");
        }
    }

    @Test
    void isSatOutByOpenAisOwnLibrary() throws Exception { // check 80
        OpenAIClient library = OpenAIOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + gateway.port() + "/v1")
                .apiKey("unused")
                .build();
        upstream.on("ollama", GOOD);
        assertThat(spoken(library, "ollama/m")).as("where nobody is silent").isEqualTo("Guten Tag");
        try (ExecutorService thread = Executors.newSingleThreadExecutor();
                RawClient watch = gateway.connect()) {
            Future<String> text = thread.submit(() -> spoken(library, "vllm/m"));
            upstream.awaitVisit(2);
            silence(watch, "/v1/chat/completions", ": waiting\n\n");
            speak.countDown();
            assertThat(text.get(20, TimeUnit.SECONDS)).isEqualTo("Guten Tag");
        } finally {
            library.close();
        }
    }

    private static String spoken(OpenAIClient library, String model) {
        ChatCompletionCreateParams question = ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Hi")
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                library.chat().completions().createStreaming(question)) {
            return stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse(""))
                    .collect(Collectors.joining());
        }
    }
}
