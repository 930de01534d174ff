package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that must fit a schema which their provider does not know: check 93. */
class RepairTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              vllm: {url: $UP/vllm}
            models:
              m: deepseek/deepseek-flash
              native: vllm/m
            """;
    private static final String SCHEMA =
            "{\"type\":\"object\",\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":\"integer\"}}}";
    private static final String OPENAI =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"몇 개?\"}],\"response_format\":"
                    + "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"count\",\"schema\":" + SCHEMA + "}}}";
    private static final String OLLAMA =
            "{\"model\":\"m\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"몇 개?\"}],\"format\":"
                    + SCHEMA + "}";
    /** As they stand inside a JSON text. */
    private static final Answers BAD = Answers.of("{\\\"n\\\":\\\"many\\\"}");

    private static final Answers GOOD = Answers.of("{\\\"n\\\":7}");

    private final Clocks clocks = new Clocks(Ticker.SYSTEM, new HandClock(TestGateway.QUIET_DAY));

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    private static Reply ask(TestGateway gateway, String path) {
        return gateway.post(path, path.startsWith("/v1") ? OPENAI : OLLAMA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void anAnswerThatDoesNotFitIsAskedForOnceMoreAndBothAreBooked(String path) throws IOException {
        upstream.on("deepseek", Scripts.inTurn(BAD, GOOD));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            Reply reply = ask(gateway, path);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).contains("{\\\"n\\\":7}").doesNotContain("many");
            assertThat(upstream.visits()).hasSize(2);
            assertThat(upstream.last().request().text())
                    .contains(
                            "몇 개?", "{\\\"n\\\":\\\"many\\\"}", "does not fit the JSON schema", "$.n must be of type");
            assertThat(gateway.awaitLedger(2))
                    .allSatisfy(row -> assertThat(row.cost()).isPositive());
            assertThat(gateway.ledger()).extracting("how").containsExactly("schema_missed", "ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void aSecondMissIsAnErrorThatSaysSo(String path) throws IOException {
        upstream.on("deepseek", BAD);
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            Reply reply = ask(gateway, path);
            assertThat(reply.status()).isEqualTo(502);
            assertThat(reply.body())
                    .contains("the model did not keep to the JSON schema")
                    .doesNotContain("many");
            assertThat(reply.header("x-should-retry")).isEqualTo("false");
            assertThat(upstream.visits()).hasSize(2);
            assertThat(gateway.awaitLedger(2))
                    .allSatisfy(row -> assertThat(row.cost()).isPositive());
        }
    }

    @Test
    void anAnswerThatFitsGoesThroughAsItCame() throws IOException {
        upstream.on("deepseek", GOOD.members("\"system_fingerprint\":\"fp_1\","));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            assertThat(ask(gateway, "/v1/chat/completions").body()).contains("{\\\"n\\\":7}", "fp_1");
            assertThat(upstream.visits()).hasSize(1);
        }
    }

    @Test
    void aServerThatKnowsSchemasIsNotJudged() throws IOException {
        upstream.on("vllm", BAD);
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            Reply reply = gateway.post("/v1/chat/completions", OPENAI.replace("\"m\"", "\"native\""));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(upstream.visits()).hasSize(1);
        }
    }

    @Test
    void aStreamIsSentOnAsItComes() throws IOException {
        upstream.on("deepseek", BAD);
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            Reply reply = gateway.post("/api/chat", OLLAMA.replace("\"stream\":false", "\"stream\":true"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).contains("many");
            assertThat(upstream.visits()).hasSize(1);
        }
    }

    @Test
    void theBoundOnAttemptsHoldsForTheRepairToo() throws IOException {
        upstream.on("deepseek", BAD);
        String one = SETTINGS + "requests: {attempts: 1}\n";
        try (TestGateway gateway = TestGateway.start(upstream, one, clocks)) {
            assertThat(ask(gateway, "/v1/chat/completions").status()).isEqualTo(502);
            assertThat(upstream.visits()).hasSize(1);
        }
    }
}
