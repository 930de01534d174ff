package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams of several answers of which only some have finished. */
class OpenChoicesTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              own: {kind: openai-compatible, url: $UP/own}
            """;
    private static final String ASK =
            "{\"model\":\"own/m\",\"n\":2,\"stream\":true," + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String ONE_FINISHED = chunk(0, "{\"role\":\"assistant\",\"content\":\"One\"}", "null")
            + chunk(1, "{\"role\":\"assistant\",\"content\":\"Two and\"}", "null")
            + chunk(0, "{}", "\"stop\"");

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private static String chunk(int index, String delta, String finish) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":" + index + ",\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private TestGateway start(String stream) throws IOException {
        upstream.on("own", Scripts.body("text/event-stream", stream));
        return TestGateway.start(upstream, SETTINGS);
    }

    @Test
    void areCutWhereTheBodyEndsBeforeAllHaveFinished() throws IOException {
        try (TestGateway gateway = start(ONE_FINISHED)) {
            Reply reply = gateway.post("/v1/chat/completions", ASK);
            assertThat(reply.body()).contains("Two and", "\"error\"").doesNotContain("[DONE]");
            assertThat(gateway.awaitRow(1).how()).isEqualTo("cut");
        }
    }

    @Test
    void areWholeWhereTheBodyEndsAfterAllHaveFinished() throws IOException {
        try (TestGateway gateway = start(ONE_FINISHED + chunk(1, "{}", "\"length\"") + chunk(0, "{}", "null"))) {
            assertThat(gateway.post("/v1/chat/completions", ASK).body()).endsWith("data: [DONE]\n\n");
            assertThat(gateway.awaitRow(1).how()).isEqualTo("ok");
        }
    }

    @Test
    void areFinishedByTheEndMark() throws IOException {
        try (TestGateway gateway = start(ONE_FINISHED + "data: [DONE]\n\n")) {
            Reply reply = gateway.post("/v1/chat/completions", ASK);
            assertThat(reply.body())
                    .contains("{\"index\":1,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}")
                    .endsWith("data: [DONE]\n\n");
            assertThat(reply.body().split("\"finish_reason\":\"stop\"", -1)).hasSize(3);
        }
    }

    @Test
    void areAllFinishedByTheEndMarkWhereNoneWas() throws IOException {
        String open = chunk(0, "{\"content\":\"One\"}", "null") + chunk(1, "{\"content\":\"Two\"}", "null");
        try (TestGateway gateway = start(open + "data: [DONE]\n\n")) {
            assertThat(gateway.post("/v1/chat/completions", ASK).body())
                    .contains("{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}")
                    .contains("{\"index\":1,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}");
        }
    }

    @Test
    void haveTheirRoleOnceWhereTheProviderSaysNullForIt() throws IOException {
        String stream =
                chunk(0, "{\"role\":null,\"content\":\"One\"}", "null") + chunk(0, "{\"role\":null}", "\"stop\"");
        try (TestGateway gateway = start(stream + "data: [DONE]\n\n")) {
            assertThat(gateway.post("/v1/chat/completions", ASK).body())
                    .contains("{\"role\":\"assistant\",\"content\":\"One\"}");
        }
    }
}
