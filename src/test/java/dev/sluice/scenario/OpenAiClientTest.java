package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenAI's clients rely on beyond the answer's text: heads, ids, order, and requests that fit each provider. */
class OpenAiClientTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm}
              deepseek: {url: $UP/deepseek, key: k1}
              openrouter: {url: $UP/openrouter, key: k2}
              openai: {url: $UP/openai, key: k3}
              tei: {url: $UP/tei}
            """;
    private static final String CHAT = "/v1/chat/completions";
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private static final String PROVIDER_LEFT = """
            data: {"id":"c1","choices":[],"error":{"code":502,"message":"Provider disconnected"}}

            data: [DONE]

            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private TestGateway start(String more) throws IOException {
        return TestGateway.start(upstream, SETTINGS + more).withoutSums();
    }

    private String sent() {
        return upstream.last().request().text();
    }

    @Test
    void aStreamEndsSoThatTheConnectionCanBeUsedAgain() throws IOException { // checks 79, 109
        upstream.on("vllm", Answers.of("Hi"));
        try (TestGateway gateway = start("");
                RawClient client = gateway.connect()) {
            for (int call = 0; call < 3; call++) {
                client.post(CHAT, TestGateway.chatBody("vllm/x", true)).readUntil("data: [DONE]\n\n\r\n0\r\n\r\n");
                assertThat(client.soFar())
                        .startsWith("HTTP/1.1 200")
                        .containsIgnoringCase("x-accel-buffering: no")
                        .containsIgnoringCase("cache-control: no-cache")
                        .containsIgnoringCase("content-type: text/event-stream");
                client.forget();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/api/chat"})
    void everyPieceIsPassedOnBeforeTheNextOneExists(String path) throws Exception { // check 110
        Answers answer = Answers.of("w0", "w1", "w2", "w3", "w4");
        Semaphore seen = new Semaphore(0);
        upstream.on("vllm", visit -> {
            List<String> frames = answer.frames(visit.request());
            visit.begin(200, "text/event-stream");
            for (String frame : frames) {
                visit.send(frame);
                if (frame.contains("\"w") && !seen.tryAcquire(10, TimeUnit.SECONDS)) {
                    return;
                }
            }
            visit.end();
        });
        try (TestGateway gateway = start("");
                RawClient client = gateway.connect()) {
            client.post(path, TestGateway.chatBody("vllm/x", true));
            for (String word : answer.pieces()) {
                client.readUntil(word);
                seen.release();
            }
            client.readUntil(path.equals(CHAT) ? "[DONE]" : "\"done\":true");
        }
    }

    @Test
    void errorsInTheMiddleOfStreamsAreHeldAgainstTheProvider() throws IOException { // check 83
        upstream.on("openrouter", Scripts.thenSends(Answers.of("one", "two"), 2, PROVIDER_LEFT));
        try (TestGateway gateway = start("")) {
            for (int call = 0; call < 5; call++) {
                assertThat(gateway.stream("openrouter/some/model").body())
                        .contains("event: error\ndata: {\"error\":{\"message\":")
                        .doesNotContain("\"finish_reason\":\"stop\"");
            }
            assertThat(gateway.get("/health").body()).contains("\"openrouter\":{\"circuit_breaker\":\"open\"");
        }
    }

    @Test
    void aThoughtGoesBackToItsProviderAndComesThrough() throws IOException { // check 85
        upstream.on(
                "deepseek",
                Scripts.body(
                        "application/json",
                        "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"deepseek-flash\",\"choices\":[{\"index\":0,"
                                + "\"message\":{\"role\":\"assistant\",\"content\":\"11\",\"reasoning_content\":\"look it up\"},\"finish_reason\":\"stop\"}]}"));
        String turns = "\"messages\":[{\"role\":\"user\",\"content\":\"?\"},{\"role\":\"assistant\",\"content\":\"\","
                + "\"reasoning_content\":\"I need the tool\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"11\"}],"
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
        try (TestGateway gateway = start("")) {
            Reply reply = gateway.post(CHAT, "{\"model\":\"deepseek/deepseek-flash\"," + turns + "}");
            assertThat(sent()).contains("\"reasoning_content\":\"I need the tool\"");
            assertThat(reply.body()).contains("\"reasoning_content\":\"look it up\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm/x", "ollama/x"})
    void whoAsksForUsageIsToldTheEstimateThatIsBooked(String model) throws IOException { // check 69
        Answers uncounted = Answers.of("Hello", " there").usage("");
        upstream.on("vllm", uncounted).on("ollama", uncounted);
        try (TestGateway gateway = start("  ollama: {url: $UP/ollama}\n")) {
            Reply reply = gateway.post(
                    CHAT,
                    "{\"model\":\"" + model + "\"," + HI
                            + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.estimated()).isTrue();
            assertThat(reply.body())
                    .containsOnlyOnce("\"choices\":[]")
                    .containsOnlyOnce("\"usage\":{")
                    .contains("{\"prompt_tokens\":" + row.input() + ",\"completion_tokens\":" + row.output() + ",");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "deepseek/deepseek-flash, /beta/completions",
        "vllm/x,                  /completions",
        "openrouter/a/b,          /completions",
    })
    void aTextToBeFilledInGoesWhereItsProviderTakesIt(String model, String route) throws IOException { // check 111
        try (TestGateway gateway = start("")) {
            gateway.post("/v1/completions", "{\"model\":\"" + model + "\",\"prompt\":\"a\",\"suffix\":\"z\"}");
            assertThat(upstream.last().request().route()).isEqualTo(route);
            gateway.post("/api/generate", "{\"model\":\"" + model + "\",\"prompt\":\"a\",\"suffix\":\"z\"}");
            assertThat(upstream.last().request().route()).isEqualTo(route);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-6.1-sol, none,    low",
        "gpt-6.1-sol, minimal, low",
        "gpt-6.2-sol, none,    low",
        "gpt-6.2-sol, high,    high",
        "gpt-6-sol,   none,    none",
    })
    void aModelThatMustThinkIsToldTheLeastThatItTakes(String model, String asked, String told)
            throws IOException { // check 91
        upstream.on("openai", Answers.of("Hi"));
        try (TestGateway gateway = start("")) {
            Reply reply = gateway.post(
                    CHAT,
                    "{\"model\":\"openai/" + model + "\"," + HI + ",\"reasoning_effort\":\"" + asked
                            + "\",\"temperature\":0.5,\"top_p\":1,\"logprobs\":true}");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(sent()).containsOnlyOnce("\"reasoning_effort\":\"" + told + "\"");
            if (model.equals("gpt-6-sol")) {
                assertThat(sent()).contains("\"temperature\":0.5,\"top_p\":1,\"logprobs\":true");
            } else {
                assertThat(sent()).doesNotContain("temperature", "top_p", "logprobs");
                assertThat(reply.header("x-sluice-dropped")).contains("temperature", "top_p", "logprobs");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openrouter/anthropic/claude-opus-5.5",
                "openrouter/anthropic/claude-haiku-5.5:beta",
                "proxy/claude-sonnet-5-5-20261007",
                "proxy/anthropic/claude-fable-5-1",
            })
    void aClaudeThatRefusesSamplingABegunAnswerAndForcedToolsNeverSeesThem(String model)
            throws IOException { // check 92
        Script picky = visit -> {
            String body = visit.request().text();
            boolean fits = !body.contains("temperature")
                    && !body.contains("top_p")
                    && !body.contains("tool_choice")
                    && body.lastIndexOf("\"role\":\"user\"") > body.lastIndexOf("\"role\":\"assistant\"");
            (fits ? Answers.of("Hi") : Scripts.status(400, "this model does not take it")).play(visit);
        };
        upstream.on("openrouter", picky).on("proxy", picky);
        String turns =
                "\"messages\":[{\"role\":\"user\",\"content\":\"a ] list\"},{\"role\":\"assistant\",\"content\":\"1, \"}]";
        String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
        try (TestGateway gateway = start("  proxy: {kind: openai-compatible, url: $UP/proxy}\n")) {
            for (String choice : List.of(
                    "\"required\"", "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", "{\"type\":\"any\"}")) {
                Reply reply = gateway.post(
                        CHAT,
                        "{\"model\":\"" + model + "\"," + turns + tools + ",\"tool_choice\":" + choice
                                + ",\"temperature\":0.5,\"top_p\":1}");
                assertThat(reply.status()).as(reply.body()).isEqualTo(200);
                assertThat(reply.header("x-sluice-dropped")).contains("temperature", "top_p", "tool_choice", "prefill");
                assertThat(sent())
                        .contains("{\"role\":\"assistant\",\"content\":\"1, \"},{\"role\":\"user\",\"content\":\"Go on")
                        .contains("\"tools\":[{");
            }
            Reply ollama = gateway.post(
                    "/api/chat",
                    "{\"model\":\"" + model + "\",\"options\":{\"temperature\":0.5,\"top_k\":3}," + turns + "}");
            assertThat(ollama.status()).isEqualTo(200);
            assertThat(ollama.header("x-sluice-dropped")).contains("temperature", "top_k", "prefill");
        }
    }

    @Test
    void whatAnotherClaudeTakesIsLeftAsItIs() throws IOException { // check 92
        String body = "{\"model\":\"%s\",\"temperature\":0.5,\"tool_choice\":\"required\",\"messages\":["
                + "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"1\"}]}";
        try (TestGateway gateway = start("")) {
            gateway.post(CHAT, body.formatted("openrouter/anthropic/claude-sonnet-5"));
            assertThat(sent()).isEqualTo(body.formatted("anthropic/claude-sonnet-5"));
            String free = "{\"model\":\"%s\",\"tool_choice\":\"auto\"," + HI + "}";
            gateway.post(CHAT, free.formatted("openrouter/anthropic/claude-opus-5.5"));
            assertThat(sent()).isEqualTo(free.formatted("anthropic/claude-opus-5.5"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlankAnswerIsAskedForAgainUnseen(boolean stream) throws IOException { // check 94
        upstream.on("deepseek", Answers.of(" \\n"), Answers.of("Hello"));
        try (TestGateway gateway = start("")) {
            Reply reply = gateway.post(CHAT, TestGateway.chatBody("deepseek/deepseek-flash", stream));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("Hello");
            assertThat(upstream.visits("deepseek")).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "413 | {\"message\":\"input is too large\",\"type\":\"validation\"}",
                "422 | {\"error\":\"Input validation error: inputs cannot be empty\",\"error_type\":\"Validation\"}",
                "400 | {\"object\":\"error\",\"message\":\"not so\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
                "422 | {\"detail\":[{\"loc\":[\"body\",\"input\"],\"msg\":\"field required\",\"type\":\"missing\"}]}",
            })
    void whateverFormARefusalHasItIsOpenAisHere(int status, String body) throws IOException { // checks 99, 101
        upstream.on("tei", visit -> visit.reply(status, "application/json", body));
        try (TestGateway gateway = start("")) {
            Reply reply = gateway.post("/v1/embeddings", "{\"model\":\"tei/e\",\"input\":\"x\"}");
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.body())
                    .matches(
                            "\\{\"error\":\\{\"message\":\"[^\"]{5,}\",\"type\":\"\\w+\",\"param\":(null|\"\\w+\"),\"code\":(null|\"\\w+\")}}")
                    .doesNotContain("detail", "loc");
        }
    }

    @Test
    void theIdOfEveryAnswerIsTheOneInTheLedger() throws IOException { // check 105
        Script refusal = Scripts.status(400, "no such temperature");
        upstream.on("vllm", Answers.of("Hi"), Answers.of("Hi"), refusal);
        try (TestGateway gateway = start("")) {
            List<String> ids = List.of(
                    gateway.chat("vllm/x").header("x-request-id"),
                    gateway.stream("vllm/x").header("x-request-id"),
                    gateway.chat("vllm/x").header("x-request-id"));
            assertThat(gateway.awaitLedger(3))
                    .extracting(LedgerRow::requestId)
                    .containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void whatIsLeftIsToldAndPastItHowLongToWait() throws IOException { // checks 102, 106
        upstream.on("vllm", Answers.of("Hi"));
        try (TestGateway gateway = start("rate-limits: {per-endpoint: 3, per-client: 0}\n")) {
            for (int left = 2; left >= 0; left--) {
                Reply reply = left == 1 ? gateway.stream("vllm/x") : gateway.chat("vllm/x");
                assertThat(reply.header("x-ratelimit-limit-requests")).isEqualTo("3");
                assertThat(reply.header("x-ratelimit-remaining-requests")).isEqualTo(Integer.toString(left));
            }
            Reply refused = gateway.chat("vllm/x");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.body()).contains("\"code\":\"rate_limit_exceeded\"");
            assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 60);
            assertThat(refused.header("x-should-retry")).isNotEqualTo("false");
            assertThat(refused.header("x-ratelimit-limit-requests")).isEqualTo("3");
            assertThat(refused.header("x-ratelimit-remaining-requests")).isEqualTo("0");
            assertThat(refused.header("x-ratelimit-reset-requests")).matches("[0-9]+ms");
            assertThat(upstream.visits()).hasSize(3);
        }
    }

    @Test
    void aCompletionPassesWithItsEchoAndWithoutItsSuffixOnlyWhereThatIsSaid() throws IOException { // check 111
        upstream.on(
                "vllm",
                Scripts.body(
                        "application/json",
                        "{\"id\":\"c\",\"object\":\"text_completion\",\"created\":1,\"model\":\"x\",\"choices\":[{\"index\":0,\"text\":\"to be\",\"finish_reason\":\"stop\"}]}"),
                Scripts.status(400, "suffix is only supported for models with FIM completion rendering"));
        try (TestGateway gateway = start("")) {
            String ask = "{\"model\":\"vllm/x\",\"prompt\":\"to\",\"echo\":true,\"max_tokens\":2}";
            Reply echoed = gateway.post("/v1/completions", ask);
            assertThat(sent()).isEqualTo(ask.replace("vllm/x", "x"));
            assertThat(echoed.body()).contains("\"object\":\"text_completion\"", "\"text\":\"to be\"");
            Reply suffix =
                    gateway.post("/v1/completions", "{\"model\":\"vllm/x\",\"prompt\":\"def\",\"suffix\":\"return\"}");
            assertThat(suffix.status()).isEqualTo(400);
            assertThat(suffix.body()).contains("suffix is only supported");
        }
    }
}
