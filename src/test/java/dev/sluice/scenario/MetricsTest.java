package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What an Ollama client is told about the speed of a server that speaks OpenAI's protocol. */
class MetricsTest {
    private static final String SERVERS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm}
            """;
    private static final String TIMINGS =
            "\"timings\":{\"cache_n\":6,\"prompt_n\":4,\"prompt_ms\":12.5,\"prompt_per_second\":320.0,"
                    + "\"predicted_n\":2,\"predicted_ms\":4321.000001},";

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @Test
    void theServersOwnTimesGoBeforeOurs() throws IOException { // section 1.5
        upstream.on("vllm", Answers.of("Hi", "!").members(TIMINGS));
        try (TestGateway gateway = TestGateway.start(upstream, SERVERS)) {
            for (boolean stream : new boolean[] {true, false}) {
                Reply reply = gateway.post("/api/chat", TestGateway.chatBody("vllm/x", stream));
                assertThat(reply.body())
                        .contains("\"prompt_eval_count\":10,\"prompt_eval_duration\":12500000,"
                                + "\"eval_count\":2,\"eval_duration\":4321000001}");
            }
        }
    }

    @Test
    void timesThatCannotBeAreIgnored() throws IOException {
        for (String odd : new String[] {
            "\"timings\":{\"prompt_ms\":-1,\"predicted_ms\":1e300},",
            "\"timings\":{\"prompt_ms\":\"12\",\"predicted_ms\":[4]},",
            "\"timings\":{\"prompt_ms\":1},",
            "\"timings\":7,"
        }) {
            upstream.on("vllm", Answers.of("Hi").members(odd));
            try (TestGateway gateway = TestGateway.start(upstream, SERVERS)) {
                assertThat(gateway.post("/api/chat", TestGateway.chatBody("vllm/x", true))
                                .body())
                        .containsPattern("\"eval_duration\":[1-9]\\d{0,9}}");
            }
        }
    }
}
