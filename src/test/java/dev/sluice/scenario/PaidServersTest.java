package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An OpenAI-style server that costs money is nobody's own. */
class PaidServersTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              bought: {kind: openai-compatible, url: $UP/bought, key: k, free: false}
              mine: {kind: openai-compatible, url: $UP/mine}
            models:
              large: bought/large
              either: {order: written, chain: [bought/large, mine/small]}
            tiers:
              free: {routes: local}
            keys:
              - {name: f, key: free-key, tier: free}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private static Reply chat(TestGateway gateway, String model) {
        return gateway.post(
                "/v1/chat/completions", TestGateway.chatBody(model, false), "authorization", "Bearer free-key");
    }

    @Test
    void aTierOfLocalRoutesNeverPaysOne() throws IOException {
        upstream.bill().price("bought/large", "1", "1", "2");
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply refused = chat(gateway, "large");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("tier 'free' asks local models only");
            assertThat(chat(gateway, "either").header("x-sluice-provider")).isEqualTo("mine");
        }
    }
}
