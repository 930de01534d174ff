package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Figures;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A gateway obeys its settings file as it stands now, and drops no call over it. */
class ReloadTest {
    private static final String PROVIDERS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            """;
    private static final String BODY = """
            {"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}],"max_tokens":1000,"stream":false}""";

    private final Clocks clocks = new Clocks(Ticker.SYSTEM, new HandClock(TestGateway.QUIET_DAY));

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    private TestGateway gateway(String settings) throws IOException {
        return TestGateway.watching(upstream, PROVIDERS + settings, clocks);
    }

    private static Reply chat(TestGateway gateway, String body, String key) {
        return key.isEmpty()
                ? gateway.post("/v1/chat/completions", body)
                : gateway.post("/v1/chat/completions", body, "authorization", "Bearer " + key);
    }

    private static String stats(TestGateway gateway, String... headers) {
        return gateway.get("/stats", headers).body();
    }

    @Test
    void aBadFileChangesNothingAndSaysWhy() throws IOException { // Z07
        try (TestGateway gateway = gateway("budgets: [{scope: gateway, amount: 10, period: day}]\n")) {
            chat(gateway, BODY, "");
            gateway.rewrite(PROVIDERS + "budgets: [{scope: gateway, amount: -1, period: day}]\n");
            TestGateway.await("the mistake is told", () -> stats(gateway).contains("must be US dollars"));
            assertThat(stats(gateway))
                    .containsPattern("\"error\":\"[^\"]*sluice.yaml:[0-9]+: budgets\\[0\\].amount: must be US dollars");
            assertThat(Figures.nanos(stats(gateway), "gateway a day", "amount")).isEqualTo(10_000_000_000L);
            assertThat(gateway.get("/metrics").body())
                    .contains("sluice_settings_reloads_total{result=\"refused\"} 1.0");
            assertThat(chat(gateway, BODY, "").status()).isEqualTo(200);
            Reply forced = gateway.post("/admin/reload", "");
            assertThat(forced.status()).isEqualTo(400);
            assertThat(forced.body()).contains("budgets[0].amount");
            Files.writeString(gateway.data().resolve(TestGateway.FILE), "");
            TestGateway.await("an empty file is none", () -> stats(gateway).contains("is empty"));
            gateway.rewrite(PROVIDERS + "budgets: [{scope: gateway, amount: 20, period: day}]\n");
            TestGateway.await("the better file holds", () -> stats(gateway).contains("\"taken\":1"));
            assertThat(stats(gateway)).contains("\"error\":null");
            assertThat(Figures.nanos(stats(gateway), "gateway a day", "amount")).isEqualTo(20_000_000_000L);
        }
    }

    /** A key of the settings may get another owner under its name. */
    @Test
    void anAnswerThatWasKeptForATenantIsNotAnothersUnderTheSameNameOfAKey() throws IOException {
        upstream.on("deepseek", Answers.of("for beta"), Answers.of("for gamma"));
        String keys = "keys: [{name: kb, key: first, tenant: beta}]\n";
        try (TestGateway gateway = gateway(keys)) {
            String[] first = {"authorization", "Bearer first", "idempotency-key", "once"};
            assertThat(gateway.post("/v1/chat/completions", BODY, first).body()).contains("for beta");
            assertThat(gateway.post("/v1/chat/completions", BODY, first).header("x-sluice-replayed"))
                    .isEqualTo("true");
            gateway.rewrite(PROVIDERS + keys.replace("first", "second").replace("beta", "gamma"));
            TestGateway.await(
                    "the new key holds", () -> chat(gateway, BODY, "second").status() == 200);
            String[] second = {"authorization", "Bearer second", "idempotency-key", "once"};
            assertThat(gateway.post("/v1/chat/completions", BODY, second).header("x-sluice-replayed"))
                    .isEmpty();
        }
    }

    @Test
    void aPriceThatComesForAFreeProviderIsRefusedLikeAnyOtherMistake() throws IOException {
        try (TestGateway gateway = gateway("  mine: {kind: vllm, url: $UP/mine}\n")) {
            Path prices = gateway.data().resolve("prices.csv");
            Files.writeString(prices, "provider,model,input,output\nmine,m,1,2\n");
            gateway.rewrite(PROVIDERS + "  mine: {kind: vllm, url: $UP/mine}\nprices: " + prices + "\n");
            Reply reply = gateway.post("/admin/reload", "");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("prices.csv line 2: by the settings 'mine' is free");
        }
    }

    @Test
    void whatCannotChangeWhileItRunsIsNamedAndTheRestIsTaken() throws IOException {
        try (TestGateway gateway = gateway("")) {
            gateway.rewrite("listen: {port: 4}\n" + PROVIDERS.replace("k1", "k2") + """
                    drain: 5s
                    models: {fast: deepseek/deepseek-flash}
                    """);
            Reply reply = gateway.post("/admin/reload", "");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body())
                    .contains("\"restart_needed\":[\"drain\",\"listen.loops\",\"listen.port\",\"providers.deepseek\"]");
            assertThat(stats(gateway)).contains("\"restart_needed\":[\"drain\"");
            assertThat(chat(gateway, BODY.replace("deepseek-flash", "fast"), "").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aModelGoesItsOldWayWhileTheProviderOfItsNewOneWaits() throws IOException {
        try (TestGateway gateway = gateway("models: {fast: deepseek/deepseek-flash}\n")) {
            gateway.rewrite(PROVIDERS + "  new: {kind: vllm, url: $UP/new}\nmodels: {fast: new/tiny}\n");
            Reply reply = gateway.post("/admin/reload", "");
            assertThat(reply.body())
                    .contains("\"changed\":[]", "\"restart_needed\":[\"models.fast\",\"providers.new\"]");
            assertThat(chat(gateway, BODY.replace("deepseek-flash", "fast"), "").status())
                    .isEqualTo(200);
            assertThat(upstream.last().request().provider()).isEqualTo("deepseek");
        }
    }

    /** What has been written holds afterwards, whether this reads it or the watch came first. */
    private static void reload(TestGateway gateway) {
        Reply reply = gateway.post("/admin/reload", "", "authorization", "Bearer b");
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    }

    @Test
    void whatATierHasCountedStillCountsWhenItsNumberChanges() throws IOException {
        String keys = "keys: [{name: shop, key: shop-key, tier: free}, {name: boss, key: b, admin: true}]\n";
        try (TestGateway gateway = gateway(keys + "tiers: {free: {calls-per-day: 3}}\n")) {
            assertThat(chat(gateway, BODY, "shop-key").status()).isEqualTo(200);
            assertThat(chat(gateway, BODY, "shop-key").status()).isEqualTo(200);
            gateway.rewrite(PROVIDERS + keys + "tiers: {free: {calls-per-day: 2}}\n");
            reload(gateway);
            assertThat(chat(gateway, BODY, "shop-key").status()).isEqualTo(429);
            gateway.rewrite(PROVIDERS + keys + "tiers: {free: {calls-per-day: 5}}\n");
            reload(gateway);
            for (int call = 0; call < 3; call++) {
                assertThat(chat(gateway, BODY, "shop-key").status()).isEqualTo(200);
            }
            assertThat(chat(gateway, BODY, "shop-key").status()).isEqualTo(429);
        }
    }

    @Test
    void aTiersNewNumberCountsTheCallsBeforeIt() throws IOException {
        String keys = "keys: [{name: shop, key: shop-key, tier: free}, {name: boss, key: b, admin: true}]\n";
        try (TestGateway gateway = gateway(keys + "tiers: {free: {}}\n")) {
            for (int call = 0; call < 4; call++) {
                assertThat(chat(gateway, BODY, "shop-key").status()).isEqualTo(200);
            }
            gateway.rewrite(PROVIDERS + keys + "tiers: {free: {calls-per-day: 5}}\n");
            reload(gateway);
            assertThat(chat(gateway, BODY, "shop-key").status()).isEqualTo(200);
            assertThat(chat(gateway, BODY, "shop-key").status()).isEqualTo(429);
        }
    }

    @Test
    void theLastKeyCannotBeTakenAwaySoNobodyIsLetInByMistake() throws IOException {
        try (TestGateway gateway = gateway("keys: [{name: boss, key: b, admin: true}]\n")) {
            gateway.rewrite(PROVIDERS);
            Reply reply = gateway.post("/admin/reload", "", "authorization", "Bearer b");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("the last key cannot be taken away");
            assertThat(chat(gateway, BODY, "").status()).isEqualTo(401);
        }
    }
}
