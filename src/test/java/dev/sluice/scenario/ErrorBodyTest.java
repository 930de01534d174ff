package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Every refusal below {@code /v1} has the same form, whoever refuses and however it says so. */
class ErrorBodyTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String SETTINGS = """
            access-log: none
            providers:
              vllm: {url: $UP/vllm, first-content: 300ms, whole-answer: 300ms}
            retry: {retries: 0, first: 5ms, longest: 10ms}
            breaker: {failures: 1000, calls: 1000}
            keys: [{name: app, key: right}]
            rate-limits: {per-endpoint: 40, per-client: 0}
            server: {body: 64KiB}
            """;
    private static final ObjectMapper JSON = new ObjectMapper();

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    /**
     * One way to be refused.
     *
     * @param seen the status that the client gets
     */
    record Way(String name, Script script, int seen) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Way said(int status, String body, int seen) {
        return new Way(status + " " + body, visit -> visit.reply(status, "application/json", body), seen);
    }

    /** The forms in which servers say no: OpenAI's, vLLM's with a number for a code, FastAPI's, TEI's, a page, nothing. */
    static List<Way> refusals() {
        return List.of(
                said(
                        400,
                        "{\"error\":{\"message\":\"bad temperature\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}}",
                        400),
                said(
                        400,
                        "{\"object\":\"error\",\"message\":\"not so\",\"type\":\"BadRequestError\",\"code\":400}",
                        400),
                said(
                        400,
                        "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"stop\",\"code\":\"unsupported_value\"}}",
                        400),
                said(401, "{\"error\":{\"message\":\"bad key\",\"code\":401}}", 503),
                said(403, "{\"error\":{\"message\":\"flagged by moderation\",\"code\":403}}", 400),
                said(403, "{\"detail\":\"Forbidden\"}", 503),
                said(404, "{\"detail\":\"Not Found\"}", 400),
                said(404, "{\"error\":{\"message\":\"The model `x` does not exist.\",\"code\":404}}", 404),
                said(
                        422,
                        "{\"detail\":[{\"loc\":[\"body\",\"messages\"],\"msg\":\"field required\",\"type\":\"missing\"}]}",
                        422),
                said(422, "{\"error\":\"Input validation error\",\"error_type\":\"Validation\"}", 422),
                said(429, "{\"error\":{\"message\":\"slow down\",\"type\":\"rate\",\"code\":429}}", 429),
                said(429, "", 429),
                said(500, "{\"error\":{\"message\":\"boom\",\"type\":\"InternalServerError\",\"code\":500}}", 502),
                said(502, "<html><body>Bad gateway</body></html>", 502),
                said(503, "{\"detail\":\"overloaded\"}", 503),
                new Way("silence", Scripts.silent(), 504),
                new Way("nothing", Scripts.drop(Scripts.Cut.FIN), 503));
    }

    private static void hasTheForm(Reply reply, int status) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.header("content-type")).startsWith("application/json");
        assertThat(reply.body()).doesNotContain("\"detail\"", "\"loc\"", "<html", "\tat ");
        JsonNode whole = JSON.readTree(reply.body());
        assertThat(whole.propertyNames()).containsExactly("error");
        JsonNode error = whole.path("error");
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.path("message").asString()).isNotBlank();
        assertThat(error.path("type").asString()).matches("[a-z_]+");
        for (String name : List.of("param", "code")) {
            assertThat(error.path(name).isNull() || error.path(name).isString())
                    .as(reply.body())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void ofAProvider(Way way) throws IOException { // check 101
        upstream.on("vllm", way.script);
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            for (boolean stream : new boolean[] {false, true}) {
                hasTheForm(
                        gateway.post(CHAT, TestGateway.chatBody("vllm/x", stream), "authorization", "Bearer right"),
                        way.seen);
                gateway.restart(); // Whom a refusal has put aside is asked again.
            }
        }
    }

    @Test
    void ofOurOwn() throws IOException { // check 101
        String chat = TestGateway.chatBody("vllm/x", false);
        String[] key = {"authorization", "Bearer right"};
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            hasTheForm(gateway.post(CHAT, "{", key), 400);
            hasTheForm(gateway.post(CHAT, chat.replace("[{", "{").replace("}]", "}"), key), 400);
            hasTheForm(gateway.post(CHAT, chat), 401);
            hasTheForm(gateway.get("/v1/models"), 401);
            hasTheForm(gateway.post(CHAT, chat, "authorization", "Bearer right", "x-sluice-user", "kim"), 403);
            hasTheForm(gateway.post(CHAT, chat.replace("vllm/x", "nobody"), key), 404);
            hasTheForm(gateway.get("/v1/models/nobody", key), 404);
            hasTheForm(gateway.get("/v1/nothing", key), 404);
            hasTheForm(gateway.post("/v1/nothing", "{}", key), 404);
            hasTheForm(gateway.get(CHAT, key), 405);
            hasTheForm(gateway.post(CHAT, chat.replace("Hi", "x".repeat(70_000)), key), 413);
            hasTheForm(gateway.post(CHAT, chat, "authorization", "Bearer right", "x-sluice-max-cost", "much"), 400);
        }
        try (TestGateway gateway =
                TestGateway.start(upstream, SETTINGS.replace("per-endpoint: 40", "per-endpoint: 1"))) {
            gateway.post(CHAT, chat, key);
            hasTheForm(gateway.post(CHAT, chat, key), 429);
        }
    }

    @Test
    void ofAListForWhichAServerIsNeededThatIsDown() throws IOException { // check 101
        String down = SETTINGS.replace("retry:", "  ollama: {url: http://127.0.0.1:9}\nretry:");
        try (TestGateway gateway = TestGateway.start(upstream, down)) {
            hasTheForm(gateway.get("/v1/models", "authorization", "Bearer right"), 502);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/completions", "/v1/embeddings"})
    void onTheOtherRoutes(String path) throws IOException { // check 101
        upstream.on("vllm", refusals().get(8).script());
        String body = "{\"model\":\"vllm/x\",\"prompt\":\"a\",\"input\":\"a\"}";
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            hasTheForm(gateway.post(path, body, "authorization", "Bearer right"), 422);
            hasTheForm(gateway.post(path, "[]", "authorization", "Bearer right"), 400);
            hasTheForm(gateway.post(path, body), 401);
        }
    }
}
