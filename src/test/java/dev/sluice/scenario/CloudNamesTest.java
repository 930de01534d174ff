package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that say by themselves whether the model runs here or at ollama.com. */
class CloudNamesTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              ollama: {url: $UP/ollama}
              ollama-cloud: {url: $UP/ollama-cloud, key: cloud-secret}
            """;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().on("ollama", Answers.of("here")).on("ollama-cloud", Answers.of("there"));

    @ParameterizedTest
    @CsvSource({
        "gpt-oss:20b-cloud, ollama-cloud, gpt-oss:20b",
        "gpt-oss:20b:cloud, ollama-cloud, gpt-oss:20b",
        "gpt-oss:20b,       ollama,       gpt-oss:20b", // sold in the cloud, too
        "my-cloud-model,    ollama,       my-cloud-model",
        "my-cloud:1b,       ollama,       my-cloud:1b",
    })
    void aMarkAtTheEndSendsItToTheCloudWithOurKey(String name, String provider, String model)
            throws IOException { // checks 55, 56
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS).withoutSums()) {
            Reply reply =
                    gateway.post("/api/chat", TestGateway.chatBody(name, false), "Authorization", "Bearer clients-own");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).contains("\"model\":\"" + name + "\"");
            assertThat(upstream.last().request().provider()).isEqualTo(provider);
            assertThat(upstream.last().request().model()).isEqualTo(model);
            assertThat(upstream.last().request().headers().getOrDefault("authorization", ""))
                    .isEqualTo(provider.equals("ollama-cloud") ? "Bearer cloud-secret" : "");
        }
    }

    @Test
    void aNameThatSaysBothIsRefused() throws IOException { // check 55
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post("/api/chat", TestGateway.chatBody("a:cloud:local", false))
                            .status())
                    .isEqualTo(400);
            assertThat(upstream.visits()).isEmpty();
        }
    }

    @Test
    void aRefusedCloudKeyIsOurMatterAndNoInvitationToSignIn() throws IOException { // check 57
        upstream.on(
                "ollama-cloud",
                visit -> visit.reply(
                        401,
                        "application/json",
                        "{\"error\":\"unauthorized\",\"signin_url\":\"https://ollama.com/connect?name=host&key=abc\"}"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/api/chat", TestGateway.chatBody("gpt-oss:20b-cloud", true));
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.body())
                    .matches("\\{\"error\":\"[^\"]{10,}\"}")
                    .doesNotContain("signin", "ollama.com", "abc");
        }
    }
}
