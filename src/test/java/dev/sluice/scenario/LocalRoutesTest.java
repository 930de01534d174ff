package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tier of local routes stays in the house, whatever a budget names as its cheaper way; its own servers may have prices. */
class LocalRoutesTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm, free: false}
              ollama: {url: $UP/ollama}
              deepseek: {url: $UP/deepseek, key: k}
            models:
              big: vllm/big
              cloud: deepseek/deepseek-flash
              either: {order: written, chain: [deepseek/deepseek-flash, ollama/small]}
            tiers: {house: {routes: local}}
            keys: [{name: h, key: house-key, tier: house}, {name: a, key: any-key}]
            spending: {wait: 0s, least-output: 0}
            """;
    private static final String SOFT =
            "budgets: [{scope: provider/vllm, amount: 0.001, period: day, limit: soft, cheaper: %s}]\n";
    private static final String HARD = "budgets: [{scope: provider/vllm, amount: 0.001, period: day, cheaper: %s}]\n";

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("vllm/big", "1", "1", "2")
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .on("vllm", Answers.of("Hi").tokens(300, 0, 300));

    private Path prices = Path.of("");

    @BeforeEach
    void write() throws IOException {
        prices = Files.writeString(folder.resolve("prices.csv"), "provider,model,input,output\nvllm,big,1,2\n");
    }

    private TestGateway gateway(String budget, String cheaper) throws IOException {
        return TestGateway.start(upstream, SETTINGS + "prices: " + prices + "\n" + budget.formatted(cheaper));
    }

    private static Reply chat(TestGateway gateway, String key) {
        return gateway.post("/v1/chat/completions", """
                {"model":"big","max_tokens":300,"messages":[{"role":"user","content":"Hi"}]}""", "authorization", "Bearer " + key);
    }

    private static String by(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.header("x-sluice-provider");
    }

    @Test
    void pastTheMarkItGoesOnAtHomeWhereTheCheaperWayIsTheCloud() throws IOException {
        try (TestGateway gateway = gateway(SOFT, "cloud")) {
            assertThat(by(chat(gateway, "house-key"))).isEqualTo("vllm");
            assertThat(by(chat(gateway, "any-key"))).as("past 80 %").isEqualTo("deepseek");
            Reply home = chat(gateway, "house-key");
            assertThat(by(home)).isEqualTo("vllm");
            assertThat(home.header("x-sluice-budget")).isEmpty();
        }
    }

    @Test
    void ofACheaperWayThatIsBothItTakesTheWayAtHome() throws IOException {
        try (TestGateway gateway = gateway(SOFT, "either")) {
            assertThat(by(chat(gateway, "house-key"))).isEqualTo("vllm");
            assertThat(by(chat(gateway, "any-key"))).as("past 80 %").isEqualTo("deepseek");
            Reply home = chat(gateway, "house-key");
            assertThat(by(home)).isEqualTo("ollama");
            assertThat(home.header("x-sluice-budget")).contains("either instead");
        }
    }

    @Test
    void whereItsHoldDoesNotFitItIsRefusedRatherThanSentToTheCloud() throws IOException {
        try (TestGateway gateway = gateway(HARD, "cloud")) {
            assertThat(by(chat(gateway, "house-key"))).isEqualTo("vllm");
            assertThat(by(chat(gateway, "any-key"))).as("no hold fits").isEqualTo("deepseek");
            Reply refused = chat(gateway, "house-key");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.body()).contains("the limit of provider/vllm a day");
        }
    }

    @Test
    void whereItsHoldDoesNotFitTheWayAtHomeOfACheaperModelIsTaken() throws IOException {
        try (TestGateway gateway = gateway(HARD, "either")) {
            assertThat(by(chat(gateway, "house-key"))).isEqualTo("vllm");
            assertThat(by(chat(gateway, "any-key"))).as("no hold fits").isEqualTo("deepseek");
            assertThat(by(chat(gateway, "house-key"))).isEqualTo("ollama");
        }
    }
}
