package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A field that belongs to another route is unknown to the one asked, whatever it holds: as Ollama, the gateway ignores it. */
class ForeignFieldsTest {
    private static final String SETTINGS = """
            providers: {sandbox: {}}
            models: {sb: sandbox/sandbox}
            """;
    private static final Map<String, String> ROUTES = Map.of(
            "/api/chat", "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false",
            "/api/generate", "\"prompt\":\"hi\",\"stream\":false",
            "/api/embed", "\"input\":\"a\"",
            "/api/embeddings", "\"prompt\":\"a\"");
    private static final Map<String, List<String>> OWN = Map.of(
            "/api/chat", List.of("messages", "tools", "format", "options", "think", "top_logprobs", "logprobs"),
            "/api/generate",
                    List.of(
                            "prompt",
                            "suffix",
                            "system",
                            "images",
                            "format",
                            "options",
                            "think",
                            "top_logprobs",
                            "logprobs"),
            "/api/embed", List.of("input", "options", "dimensions"),
            "/api/embeddings", List.of("prompt", "options"));
    private static final List<String> FIELDS = List.of(
            "input",
            "messages",
            "tools",
            "suffix",
            "prompt",
            "images",
            "top_logprobs",
            "format",
            "system",
            "think",
            "dimensions",
            "logprobs",
            "raw",
            "truncate");
    private static final List<String> VALUES = List.of("5", "1.5", "\"x\"", "{}", "[]", "[5]", "{\"a\":[1]}", "true");

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @Test
    void areIgnoredWhateverTheyHold() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            ROUTES.forEach((route, body) -> {
                for (String field : FIELDS) {
                    for (String value : VALUES) {
                        String text = "{\"model\":\"sb\"," + body + ",\"" + field + "\":" + value + "}";
                        Reply reply = gateway.post(route, text);
                        if (OWN.get(route).contains(field)
                                || List.of("raw", "truncate").contains(field)) {
                            assertThat(reply.status()).as(route + text).isIn(200, 400, 500);
                        } else {
                            assertThat(reply.status())
                                    .as(route + text + reply.body())
                                    .isEqualTo(200);
                        }
                    }
                }
            });
            assertThat(gateway.running()).isZero();
        }
    }
}
