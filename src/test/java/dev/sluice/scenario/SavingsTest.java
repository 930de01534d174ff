package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What was not spent, as a running gateway books and tells it; the audit proves the book after each. */
class SavingsTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              openrouter: {url: $UP/openrouter, key: k1}
              deepseek: {url: $UP/deepseek, key: k2}
              ollama: {url: $UP/ollama}
            models:
              cheap: {order: written, chain: [deepseek/deepseek-flash, ollama/small]}
              local: ollama/small
            """;
    private static final String SOL = SETTINGS + "spending: {baseline: openai/gpt-6-sol}\n";

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .on("deepseek", Answers.of("Hi").tokens(1_000, 400, 20))
            .on("ollama", Answers.of("Hi").tokens(1_000, 0, 20));

    private static void chat(TestGateway gateway, String model, boolean stream, int attempts) {
        Reply reply = gateway.post("/v1/chat/completions", TestGateway.chatBody(model, stream));
        assertThat(reply.status()).isEqualTo(200);
        gateway.awaitLedger(attempts);
    }

    private static String usage(TestGateway gateway, String by) {
        return gateway.get("/admin/usage?by=" + by).body();
    }

    @Test
    void eachSavingStandsInItsOwnColumnAgainstTheStatedBaseline() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SOL).withoutSums()) {
            chat(gateway, "cheap", false, 1);
            chat(gateway, "local", false, 2);
            assertThat(usage(gateway, "provider"))
                    .contains("\"routing_baseline\":\"openai/gpt-6-sol\"")
                    .contains("\"saved\":{\"own_cache_usd\":0,\"provider_cache_usd\":0.0000588,"
                            + "\"routing_usd\":0.0013768,\"routing_unknown\":0}")
                    .contains("\"saved\":{\"own_cache_usd\":0,\"provider_cache_usd\":0,"
                            + "\"routing_usd\":0.0022,\"routing_unknown\":0}")
                    .contains("\"routing_usd\":0.0035768,\"routing_unknown\":0}}}");
            assertThat(gateway.audit().wrong()).isEmpty();
            assertThat(gateway.audit().accounts())
                    .anyMatch(account -> account.name().equals("saved/routing") && account.debits() == 3_576_800);
        }
    }

    @Test
    void withoutASettingTheFirstOfTheChainIsTheBaseline() throws IOException {
        upstream.on("deepseek", Scripts.status(503, "busy"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS).withoutSums()) {
            chat(gateway, "local", false, 1);
            chat(gateway, "cheap", false, 2); // 1000 x 0.15 + 20 x 0.60 at deepseek; refused attempts cost nothing.
            TestGateway.await("all is booked", () -> usage(gateway, "provider").contains("\"fresh\":2000"));
            assertThat(usage(gateway, "provider"))
                    .contains("\"routing_baseline\":\"the provider that the called model's chain names first\"")
                    .contains("\"routing_usd\":0.000162,\"routing_unknown\":0}}}");
            assertThat(gateway.audit().wrong()).isEmpty();
        }
    }

    @Test
    void aFailedAttemptThatWasChargedIsTakenOff() throws IOException {
        Answers whole = Answers.of("one", "two").tokens(1_000, 0, 20);
        upstream.on("deepseek", Scripts.cutAfter(whole, 3, Scripts.Cut.FIN));
        try (TestGateway gateway = TestGateway.start(upstream, SOL).withoutSums()) {
            gateway.post("/v1/chat/completions", TestGateway.chatBody("cheap", true));
            long charged = gateway.awaitRow(1).cost();
            assertThat(charged).isPositive();
            TestGateway.await("it is booked", () -> usage(gateway, "provider").contains("\"failures\":1"));
            assertThat(usage(gateway, "provider"))
                    .contains("\"routing_usd\":-"
                            + java.math.BigDecimal.valueOf(charged, 9)
                                    .stripTrailingZeros()
                                    .toPlainString() + ",\"routing_unknown\":0}");
            assertThat(gateway.audit().wrong()).isEmpty();
        }
    }

    @Test
    void aFailureThatCountsCachedTokensHasSavedNone() throws IOException {
        upstream.on(
                "deepseek",
                visit -> visit.reply(
                        500,
                        "application/json",
                        "{\"error\":{\"message\":\"out of luck\"},\"usage\":{\"prompt_tokens\":1000,"
                                + "\"completion_tokens\":20,\"prompt_tokens_details\":{\"cached_tokens\":400}}}"));
        try (TestGateway gateway = TestGateway.start(upstream, SOL).withoutSums()) {
            gateway.post("/v1/chat/completions", TestGateway.chatBody("deepseek/deepseek-flash", false));
            assertThat(gateway.awaitRow(1).cost()).isPositive();
            TestGateway.await("it is booked", () -> usage(gateway, "provider").contains("\"fresh\":"));
            assertThat(usage(gateway, "provider"))
                    .contains("\"provider_cache_usd\":0,")
                    .doesNotContain("\"provider_cache_usd\":0.");
            assertThat(gateway.audit().wrong()).isEmpty();
        }
    }

    @Test
    void aBaselineThatNobodyKnowsThePriceOfSavesAnUnknownAmount() throws IOException {
        String unknown = SETTINGS + "spending: {baseline: somebody/some-model}\n";
        try (TestGateway gateway = TestGateway.start(upstream, unknown).withoutSums()) {
            chat(gateway, "cheap", false, 1);
            assertThat(usage(gateway, "model"))
                    .contains("\"provider_cache_usd\":0.0000588,\"routing_usd\":null,\"routing_unknown\":1}");
            assertThat(gateway.get("/admin/usage?by=model&format=csv").body())
                    .contains(",0,0.0000588,,1,somebody/some-model\r\n");
            assertThat(gateway.audit().wrong()).isEmpty();
        }
    }

    @Test
    void answersAskedForOneByOneCountTheirPromptOnce() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SOL).withoutSums()) {
            String body = TestGateway.chatBody("local", false).replaceFirst("\\{", "{\"n\":3,");
            assertThat(gateway.post("/v1/chat/completions", body).status()).isEqualTo(200);
            gateway.awaitLedger(3);
            // 1000 x 2 once and 20 x 10 for each of the three.
            assertThat(usage(gateway, "model")).contains("\"routing_usd\":0.0026,\"routing_unknown\":0}}}");
            assertThat(gateway.audit().wrong()).isEmpty();
        }
    }
}
