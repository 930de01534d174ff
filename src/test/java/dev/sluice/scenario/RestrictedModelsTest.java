package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask for some models gets no other by a field in which a provider lets its clients choose. */
class RestrictedModelsTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              openrouter: {url: $UP/openrouter, key: k2}
            models:
              r: [openrouter/deepseek/deepseek-v3.2]
            tiers:
              some: {models: [r]}
            keys:
              - {name: narrow, key: the-key-of-the-narrow, models: [r]}
              - {name: tiered, key: the-key-of-the-tiered, tier: some}
              - {name: wide, key: the-key-of-the-wide-one}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream().on("openrouter", Answers.of("Hello"));

    private static Reply ask(TestGateway gateway, String key, String field) {
        String body = TestGateway.chatBody("r", false).replace("{\"model\"", "{" + field + ",\"model\"");
        return gateway.post("/v1/chat/completions", body, "authorization", "Bearer " + key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"models\":[\"anthropic/claude-opus-5.5\"],\"route\":\"fallback\"",
                "\"preset\":\"mine\"",
                "\"models\":[\"anthropic/claude-opus-5.5\"],\"service_tier\":\"priority\"",
            })
    void aFieldThatChoosesAnotherModelIsRefused(String field) throws IOException { // A01
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS).withoutSums()) {
            for (String key : new String[] {"the-key-of-the-narrow", "the-key-of-the-tiered"}) {
                Reply refused = ask(gateway, key, field);
                assertThat(refused.status()).as(refused.body()).isEqualTo(403);
                assertThat(refused.body()).containsAnyOf("'models'", "'preset'");
            }
            assertThat(upstream.visits()).isEmpty();
            assertThat(ask(gateway, "the-key-of-the-narrow", "\"service_tier\":\"priority\"")
                            .status())
                    .isEqualTo(200);
            assertThat(ask(gateway, "the-key-of-the-wide-one", field).status()).isEqualTo(200);
        }
    }
}
