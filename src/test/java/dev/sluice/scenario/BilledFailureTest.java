package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Bill;
import dev.sluice.testing.Figures;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that charges for what failed. Each gateway here ends with its ledger compared with the provider's bill. */
class BilledFailureTest { // B13
    private static final String SETTINGS = TestGateway.QUICK.replace("retry: {", "retry: {retries: 3, ") + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              ollama-cloud: {url: $UP/ollama-cloud, key: k2}
            budgets: [{scope: gateway, amount: 1, period: day}]
            """;
    private static final String MODEL = "deepseek/deepseek-v3.2"; // Its price is the same at every hour.
    private static final String CLOUD = "ollama-cloud/deepseek-v4-flash";
    private static final Bill.Tokens USED = new Bill.Tokens(1_000, 0, 20);
    private static final String USAGE = "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":20}";
    private static final String WORDS = "{\"message\":\"out of luck\",\"type\":\"server_error\"}";
    private static final long EACH = 1_000 * 270 + 20 * 1_100;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream().charging(MODEL, "0.27", "0.027", "1.10");

    private static Script charging(Script script) {
        return visit -> {
            visit.upstream().bill().charge(visit.request(), USED);
            script.play(visit);
        };
    }

    private static Script refusal(int status, String body) {
        return visit -> visit.reply(status, "application/json", body);
    }

    @Test
    void whatItReportsOfFourTriesIsBookedToTheNanoDollar() throws IOException {
        Script failure = charging(refusal(500, "{\"error\":" + WORDS + "," + USAGE + "}"));
        upstream.on("deepseek", failure, failure, failure, Answers.of("Hello").tokens(1_000, 0, 20));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.chat(MODEL);
            assertThat(reply.status()).isEqualTo(200);
            List<LedgerRow> rows = gateway.awaitLedger(4);
            assertThat(rows).allSatisfy(row -> {
                assertThat(row.state()).isEqualTo("SETTLED");
                assertThat(row.cost()).isEqualTo(EACH);
                assertThat(row.estimated()).isFalse();
            });
            assertThat(upstream.bill().sum()).isEqualTo(4 * EACH);
            assertThat(reply.header("x-sluice-cost")).isEqualTo("0.001168");
            assertThat(Figures.of(gateway.get("/stats").body()).used()).isEqualTo(4 * EACH);
            assertThat(gateway.get("/metrics").body())
                    .contains(
                            "sluice_attempts_total{model=\"deepseek-v3.2\",outcome=\"server_error\",provider=\"deepseek\"} 3.0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void aStreamsLastChunkSaysWhatAllItsTriesCost(String path) throws IOException {
        Script failure = charging(refusal(500, "{\"error\":" + WORDS + "," + USAGE + "}"));
        upstream.on("deepseek", failure, Answers.of("Hello").tokens(1_000, 0, 20));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post(path, TestGateway.chatBody(MODEL, true)).body())
                    .contains("\"sluice\":{\"cost\":\"0.000584\",\"provider\":\"deepseek\"}");
        }
    }

    @Test
    void whereAllTriesFailEachIsBooked() throws IOException {
        upstream.on("deepseek", charging(refusal(502, "{\"error\":{\"message\":\"no\"," + USAGE + "}}")));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.stream(MODEL).status()).isEqualTo(502);
            assertThat(gateway.awaitLedger(4)).allMatch(row -> row.settled() && row.cost() == EACH);
        }
    }

    /** Before a word was said, so the call goes on; for a client of the same dialect and for one of another. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void anErrorWithACountInAStreamIsBooked(String path) throws IOException {
        Script failure = charging(visit -> {
            visit.begin(200, "text/event-stream");
            visit.send("data: {\"error\":" + WORDS + "," + USAGE + "}\n\n");
            visit.end();
        });
        upstream.on("deepseek", failure, failure, failure, Answers.of("Hello").tokens(1_000, 0, 20));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post(path, TestGateway.chatBody(MODEL, true)).status())
                    .isEqualTo(200);
            assertThat(gateway.awaitLedger(4)).allMatch(row -> row.settled() && row.cost() == EACH);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void anErrorWithACountOfAnOllamaServerIsBooked(String path) throws IOException {
        String error = "{\"error\":\"out of luck\",\"prompt_eval_count\":1000,\"eval_count\":20}";
        upstream.charging(CLOUD, "0.22", "0.007", "0.66");
        upstream.on("ollama-cloud", charging(refusal(500, error)), charging(visit -> {
            visit.begin(200, "application/x-ndjson");
            visit.send(error + "\n");
            visit.end();
        }));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post(path, TestGateway.chatBody(CLOUD, true)).status())
                    .isEqualTo(502);
            assertThat(gateway.awaitLedger(2)).allMatch(row -> row.settled() && row.cost() > 0 && !row.estimated());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{}",
                "[1]",
                "{\"error\":{\"message\":\"no\"}}",
                "{\"usage\":null}",
                "{\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}",
                "{\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":5}}",
                "{\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":5}}",
                "{\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":20}",
            })
    void whatReportsNoCountThatCanBeCostsNothing(String body) throws IOException {
        upstream.on("deepseek", refusal(500, body));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.chat(MODEL).status()).isEqualTo(502);
            assertThat(gateway.awaitLedger(4)).allMatch(row -> row.state().equals("VOIDED") && row.cost() == 0);
        }
    }
}
