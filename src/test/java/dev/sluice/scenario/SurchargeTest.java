package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call costs beside its tokens cannot be held, so a hard budget does not let it pass, and it is never booked as less. */
class SurchargeTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              ollama: {url: $UP/ollama}
            models:
              home: [ollama/llama3.2]
            """;
    private static final String BUDGET = "budgets: [{scope: gateway, amount: 100, period: day}]\n";

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().on("deepseek", Answers.of("Hello")).on("ollama", Answers.of("Hello"));

    private TestGateway gateway(String more) throws IOException {
        return TestGateway.start(
                        upstream, SETTINGS + more, new Clocks(Ticker.SYSTEM, new HandClock(TestGateway.QUIET_DAY)))
                .withoutSums();
    }

    private static Reply ask(TestGateway gateway, String model, String field) {
        return gateway.post("/v1/chat/completions", """
                {"model":"%s",%s,"messages":[{"role":"user","content":"Hi"}],"max_tokens":100}""".formatted(model, field));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"service_tier\":\"priority\"",
                "\"models\":[\"deepseek-flash\",\"openai/gpt-5-pro\"]",
                "\"provider\":{\"order\":[\"dear\"]}",
                "\"plugins\":[{\"id\":\"web\"}]",
                "\"web_search_options\":{}",
                "\"tools\":[{\"type\":\"web_search\"}]",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"openrouter:web_search\"}]",
                "\"tools\":[{\"type\":\"function\",\"Type\":\"web_search\"}]",
                "\"audio\":{\"voice\":\"alloy\",\"format\":\"wav\"}"
            })
    void aHardBudgetRefusesItAndSaysWhichFieldItIs(String field) throws IOException {
        try (TestGateway gateway = gateway(BUDGET)) {
            Reply reply = ask(gateway, "deepseek-flash", field);
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.body()).contains("with '" + field.split("\"", -1)[1] + "' the price list does not say");
            assertThat(upstream.visits()).isEmpty();
            assertThat(ask(gateway, "home", field).status())
                    .as("what is free stays free")
                    .isEqualTo(200);
        }
    }

    /** The tools of an Ollama client go on as they are. */
    @Test
    void aToolOfTheServersOwnIsOneWhateverTheClientSpeaks() throws IOException {
        String body = """
                {"model":"deepseek-flash","stream":false,"messages":[{"role":"user","content":"Hi"}],"options":
                {"num_predict":100},"tools":[{"type":"%s","function":{"name":"f"}}]}""";
        try (TestGateway gateway = gateway(BUDGET)) {
            Reply reply = gateway.post("/api/chat", body.formatted("web_search"));
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.body()).contains("with 'tools' the price list does not say");
            assertThat(upstream.visits()).isEmpty();
            assertThat(gateway.post("/api/chat", body.formatted("function")).status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "video_url", "audio_url", "input_audio"})
    void aHardBudgetRefusesWhatIsLookedAtByThePageOrTheSecond(String part) throws IOException {
        try (TestGateway gateway = gateway(BUDGET)) {
            Reply reply = gateway.post("/v1/chat/completions", """
                    {"model":"deepseek-flash","max_tokens":100,"messages":[{"role":"user","content":[{"type":"text","text":
                    "What is this?"},{"type":"%1$s","%1$s":{"url":"https://example.com/long"}}]}]}""".formatted(part));
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.body()).contains("with '" + part + "' the price list does not say");
            assertThat(upstream.visits()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"service_tier\":\"priority\"", "\"web_search_options\":{}"})
    void withoutABudgetItPassesAndItsCostIsUnknownNotTooLow(String field) throws IOException {
        try (TestGateway gateway = gateway("")) {
            Reply reply = ask(gateway, "deepseek-flash", field);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("x-sluice-cost")).isEqualTo("unpriced");
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.costKind()).isEqualTo("UNPRICED");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"service_tier\":\"auto\"",
                "\"service_tier\":\"flex\"",
                "\"service_tier\":null",
                "\"models\":null",
                "\"tools\":[]",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"custom\",\"custom\":{\"name\":\"g\"}}]",
                "\"tools\":[{\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]",
                "\"web_search_options\":null"
            })
    void whatCostsNoMoreThanTheListSaysPasses(String field) throws IOException {
        try (TestGateway gateway = gateway(BUDGET)) {
            assertThat(ask(gateway, "deepseek-flash", field).status()).isEqualTo(200);
            assertThat(gateway.awaitRow(1).costKind()).isEqualTo("PRICED");
        }
    }
}
