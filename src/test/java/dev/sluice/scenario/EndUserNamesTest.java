package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Names of people are not all ASCII. */
class EndUserNamesTest {
    private static final String NAME = "김철수";

    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            keys:
              - {name: app, key: app-key, end-users: true}
              - {name: op, key: op-key, admin: true}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @Test
    void aKoreanNameIsTheSamePersonInTheHeaderAndInTheBody() throws IOException {
        upstream.bill().price("deepseek/deepseek-flash", "0.15", "0.003", "0.60");
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS);
                RawClient client = gateway.connect()) {
            String body = TestGateway.chatBody("deepseek-flash", false);
            client.post("/v1/chat/completions", body, "Authorization: Bearer app-key", "x-sluice-user: " + NAME)
                    .readUntil("HTTP/1.1 200");
            String named = body.substring(0, body.lastIndexOf('}')) + ",\"user\":\"" + NAME + "\"}";
            assertThat(gateway.post("/v1/chat/completions", named, "authorization", "Bearer app-key")
                            .status())
                    .isEqualTo(200);
            gateway.awaitLedger(2);
            assertThat(gateway.get("/admin/usage?by=user&format=csv", "authorization", "Bearer op-key")
                            .body())
                    .contains("\n" + NAME + ",2,2,");
        }
    }
}
