package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.UpstreamRequest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several answers from a model of vLLM's whose own generation config says temperature 0, which no call tells. */
class GreedyModelTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm}
              spare: {kind: openai-compatible, url: $UP/spare}
            models:
              v: {order: written, chain: [vllm/m, spare/s]}
            """;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().on("vllm", greedy()).on("spare", Answers.of("spare"));

    private static String ask(int answers, boolean stream, String more) {
        return "{\"model\":\"v\",\"n\":" + answers + "," + more
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":" + stream + "}";
    }

    private static Script greedy() {
        return visit -> {
            String asked = visit.request().text();
            boolean refused = !asked.contains("\"temperature\":0.7") && !asked.contains("\"n\":1,");
            (refused ? Scripts.status(400, "n must be 1 when using greedy sampling, got 2.") : Answers.of("same"))
                    .play(visit);
        };
    }

    private List<String> asked() {
        return upstream.visits("vllm").stream()
                .map(visit -> visit.request())
                .map(UpstreamRequest::text)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areAskedForOneByOneOnceItHasRefusedThemTogetherAndTheClientSeesNothingOfIt(boolean stream) throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/chat/completions", ask(3, stream, ""));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(reply.body())
                    .doesNotContain("error", "greedy", "spare")
                    .contains("\"index\":0", "\"index\":1", "\"index\":2");
            assertThat(asked()).hasSize(4);
            assertThat(asked().subList(1, 4)).allMatch(body -> body.contains("\"n\":1,"));
            assertThat(upstream.visits("spare")).isEmpty();
            assertThat(gateway.awaitLedger(4))
                    .extracting(LedgerRow::how)
                    .containsExactlyInAnyOrder("several_refused", "ok", "ok", "ok");
            assertThat(gateway.post("/v1/chat/completions", ask(2, stream, "")).status())
                    .isEqualTo(200);
            assertThat(asked()).as("remembered").hasSize(6);
        }
    }

    @Test
    void areAskedForTogetherAllTheSameWhereTheCallNamesATemperatureOfItsOwn() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            gateway.post("/v1/chat/completions", ask(2, false, ""));
            gateway.post("/v1/chat/completions", ask(2, false, "\"temperature\":0.7,"));
            assertThat(asked()).hasSize(4);
            assertThat(asked().getLast()).contains("\"n\":2");
        }
    }

    @Test
    void comeFromTheNextOneWhereItRefusesForThatReasonWhatIsNotGreedy() throws IOException {
        upstream.on("vllm", Scripts.status(400, "n must be 1 when using greedy sampling, got 2."));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/chat/completions", ask(2, false, "\"temperature\":0.7,"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).contains("spare");
        }
    }
}
