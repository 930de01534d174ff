package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A name that DeepSeek has retired means its new model, and the thinking that the old one stood for. */
class RetiredNamesTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            """;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    @Test
    void theOldNamesMeanTheNewModelWithThinkingOffOrOn() throws IOException { // check 137
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            gateway.chat("deepseek-chat");
            assertThat(upstream.last().request().model()).isEqualTo("deepseek-flash");
            assertThat(upstream.last().request().text()).contains("\"thinking\":{\"type\":\"disabled\"}");
            gateway.chat("deepseek-reasoner");
            assertThat(upstream.last().request().model()).isEqualTo("deepseek-flash");
            assertThat(upstream.last().request().text()).contains("\"thinking\":{\"type\":\"enabled\"}");
            gateway.post("/api/chat", TestGateway.chatBody("deepseek-chat", true));
            assertThat(upstream.last().request().text()).contains("\"thinking\":{\"type\":\"disabled\"}");
            assertThat(gateway.awaitLedger(3)).allSatisfy(row -> {
                assertThat(row.model()).isEqualTo("deepseek-flash");
                assertThat(row.askedModel()).startsWith("deepseek-");
            });
        }
    }

    @Test
    void whatTheRequestItselfSaysAboutThinkingOutweighsItsOldName() throws IOException { // check 137
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            gateway.post(
                    "/v1/chat/completions",
                    "{\"model\":\"deepseek-chat\",\"thinking\":{\"type\":\"enabled\"},\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
            assertThat(upstream.last().request().text())
                    .contains("\"thinking\":{\"type\":\"enabled\"}")
                    .doesNotContain("disabled");
            gateway.post(
                    "/v1/chat/completions",
                    "{\"model\":\"deepseek-reasoner\",\"thinking\":null,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
            assertThat(upstream.last().request().text())
                    .contains("\"thinking\":{\"type\":\"enabled\"}")
                    .doesNotContain("null");
        }
    }
}
