package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the Ollama of one's own has is not bought from anybody who sells the same name. */
class OwnNamesTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              ollama: {url: $UP/ollama}
              openai: {url: $UP/openai/v1, key: k}
              mine: {kind: openai-compatible, url: $UP/mine/v1, free: false}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .on("ollama", Answers.of("here"))
            .page(
                    "ollama/api/tags",
                    "{\"models\":[{\"name\":\"gpt-4o-mini:latest\"},{\"name\":\"special:7b\"},"
                            + "{\"name\":\"gpt-4o:cloud\"}]}");

    @TempDir
    private Path folder;

    private TestGateway gateway(String more) throws IOException {
        Path prices = Files.writeString(
                folder.resolve("prices.csv"), "provider,model,input,output\nmine,special:7b,1,2\nmine,other,1,2\n");
        return TestGateway.start(upstream, SETTINGS + "prices: " + prices + "\n" + more)
                .withoutSums();
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o-mini,        ollama",
        "GPT-4o-mini:latest, ollama",
        "special:7b,         ollama", // with a price of the user's own elsewhere
        "gpt-4o,             openai", // that entry of Ollama's is only a door to the cloud
        "openai/gpt-4o-mini, openai",
        "other,              mine",
        "llama3.2,           ollama", // which says best that it is not there
    })
    void aNameThatTheOwnServerListsGoesThere(String name, String provider) throws IOException {
        try (TestGateway gateway = gateway("")) {
            assertThat(gateway.post("/api/chat", TestGateway.chatBody(name, false))
                            .status())
                    .isEqualTo(200);
            assertThat(upstream.last().request().provider()).isEqualTo(provider);
        }
    }

    @Test
    void aChainOfTheSettingsIsMeantAsItIsWritten() throws IOException {
        try (TestGateway gateway = gateway("models: {gpt-4o-mini: openai/gpt-4o-mini}\n")) {
            gateway.chat("gpt-4o-mini");
            assertThat(upstream.last().request().provider()).isEqualTo("openai");
        }
    }

    @Test
    void theListHasSuchANameOnceAsTheServersOwn() throws IOException {
        try (TestGateway gateway = gateway("")) {
            assertThat(gateway.get("/api/tags").body().split("gpt-4o-mini", -1)).hasSize(2);
        }
    }
}
