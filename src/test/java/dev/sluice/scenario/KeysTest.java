package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.account.ClientKey;
import dev.sluice.account.KeyStore;
import dev.sluice.model.Caller;
import dev.sluice.store.keys.KeyFile;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Keys: who gets in, until when, on whose account, and to which models. */
class KeysTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            server: {wrong-keys: 0} # They are shown again and again until they are right ones.
            providers:
              ollama: {url: $UP/ollama}
              vllm: {url: $UP/vllm}
            models: {m: vllm/x, secret-model: vllm/y}
            tiers: {premium: {routes: hybrid}, free: {routes: cloud}}
            keys:
              - {name: plain, key: plain-key, tenant: acme, team: red, user: kim, tier: premium, job: nightly}
              - {name: front, key: front-key, tenant: acme, end-users: true}
              - {name: narrow, key: narrow-key, tenant: other, models: ["m", "qwen*"]}
              - {name: boss, key: boss-key, admin: true}
            """;

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);

    private final ScriptedUpstream upstream = new ScriptedUpstream().on("vllm", Answers.of("ok"));

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock));

    private KeyFile store() {
        return new KeyFile(gateway.data(), Optional.empty(), Set.of(), clock);
    }

    private static KeyStore.Order order(String name) {
        return new KeyStore.Order(
                name,
                new ClientKey.Owner("globex", "", "", "free", ""),
                ClientKey.Rights.PLAIN,
                Optional.of(Duration.ofDays(1)));
    }

    private Reply chat(String key, String... headers) {
        return send(key, TestGateway.chatBody("m", false), headers);
    }

    private Reply send(String key, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer " + key;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return gateway.post("/v1/chat/completions", body, all);
    }

    private void awaitStatus(String key, int status) {
        TestGateway.await(key + " is answered " + status, () -> chat(key).status() == status);
    }

    private Caller caller(Reply reply) throws IOException {
        assertThat(reply.status()).isEqualTo(200);
        String id = reply.header("x-request-id");
        gateway.awaitLedger(1);
        try (SqliteReports reports = SqliteReports.open(gateway.data())) {
            TestGateway.await("it is booked", () -> !reports.ofRequest(id).isEmpty());
            return reports.ofRequest(id).getFirst().intent().caller();
        }
    }

    // ---- on whose account

    @Test
    void aCallIsOnTheAccountOfItsKeyAndOnlyJobRunAndAgentAreItsOwnWords() throws IOException {
        assertThat(caller(chat("plain-key")))
                .isEqualTo(new Caller("plain", "acme", "red", "kim", "premium", "", "nightly", ""));
        assertThat(caller(chat(
                        "plain-key",
                        "x-sluice-job",
                        "j",
                        "x-sluice-run",
                        "r",
                        "x-sluice-agent",
                        "validator",
                        "x-sluice-tenant",
                        "globex",
                        "x-sluice-tier",
                        "enterprise")))
                .isEqualTo(new Caller("plain", "acme", "red", "kim", "premium", "validator", "j", "r"));
    }

    @Test
    void theEndUserIsNamedByHeaderOrFieldWhereTheKeyAllowsIt() throws IOException { // B04
        String named = TestGateway.chatBody("m", false).replace("{\"model\"", "{\"user\":\"u-1\",\"model\"");
        assertThat(caller(send("front-key", named)).user()).isEqualTo("u-1");
        assertThat(caller(send("front-key", named, "x-sluice-user", "u-2")).user())
                .isEqualTo("u-2");
        assertThat(caller(chat("front-key")).user()).isEmpty();
        assertThat(caller(send("plain-key", named)).user()).isEqualTo("kim");
    }

    @Test
    void anEndUserThatMayNotBeNamedOrIsTooLongIsRefused() {
        Reply forbidden = chat("plain-key", "x-sluice-user", "u-2");
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.body()).contains("may not name an end user");
        String endless = TestGateway.chatBody("m", false)
                .replace("{\"model\"", "{\"user\":\"" + "u".repeat(257) + "\",\"model\"");
        Reply tooLong = send("front-key", endless);
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.body()).contains("\"param\":\"user\"");
        assertThat(send("plain-key", endless).status()).isEqualTo(200);
        assertThat(chat("front-key", "x-sluice-agent", "<script>").status()).isEqualTo(400);
    }

    // ---- which models

    @Test
    void aModelThatTheKeyMayNotUseIsAnsweredLikeOneThatDoesNotExist() { // A14
        Reply hidden = send("narrow-key", TestGateway.chatBody("secret-model", false));
        Reply absent = send("narrow-key", TestGateway.chatBody("nobody-model", false));
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.body()).contains("model_not_found");
        assertThat(hidden.body().replace("secret-model", "nobody-model")).isEqualTo(absent.body());
        assertThat(hidden.response().headers().map().keySet())
                .isEqualTo(absent.response().headers().map().keySet());
        assertThat(chat("narrow-key").status()).isEqualTo(200);
        assertThat(send("plain-key", TestGateway.chatBody("secret-model", false))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void listsShowAKeyTheModelsThatItMayAskFor() {
        upstream.page(
                "ollama/api/tags",
                "{\"models\":[{\"name\":\"qwen3:8b\",\"size\":1},{\"name\":\"llama3:8b\",\"size\":2}]}");
        String narrow = "Bearer narrow-key";
        assertThat(gateway.get("/v1/models", "Authorization", narrow).body())
                .contains("\"m\"", "qwen3:8b")
                .doesNotContain("secret-model", "llama3");
        assertThat(gateway.get("/api/tags", "Authorization", narrow).body())
                .contains("m:latest", "qwen3:8b")
                .doesNotContain("secret-model", "llama3");
        assertThat(gateway.get("/v1/models/secret-model", "Authorization", narrow)
                        .status())
                .isEqualTo(404);
        assertThat(gateway.post("/api/show", "{\"model\":\"secret-model\"}", "Authorization", narrow)
                        .status())
                .isEqualTo(404);
        assertThat(gateway.ask("DELETE", "/api/delete", "{\"model\":\"llama3:8b\"}", "Authorization", narrow)
                        .status())
                .isEqualTo(403);
        assertThat(gateway.get("/api/tags", "Authorization", "Bearer plain-key").body())
                .contains("secret-model", "llama3");
    }

    // ---- from when until when

    @Test
    void aKeyMadeBesideTheRunningGatewayIsObeyedAndSoIsItsEnd() throws IOException { // B06
        KeyStore.Made made = store().create(order("app"));
        String secret = made.secret().reveal();
        awaitStatus(secret, 200);
        assertThat(caller(chat(secret)).tenant()).isEqualTo("globex");
        KeyStore.Made rotated = store().rotate(made.issued().key().id(), Duration.ofHours(1));
        awaitStatus(rotated.secret().reveal(), 200);
        assertThat(chat(secret).status()).isEqualTo(200);
        clock.advance(Duration.ofHours(1));
        assertThat(chat(secret).status()).isEqualTo(401);
        assertThat(chat(rotated.secret().reveal()).status()).isEqualTo(200);
        store().revoke(made.issued().key().id());
        awaitStatus(rotated.secret().reveal(), 401);
        assertThat(chat("plain-key").status()).isEqualTo(200);
    }

    @Test
    void anExpiredKeyIsRefusedAtOnce() throws IOException {
        String secret = store().create(order("app")).secret().reveal();
        awaitStatus(secret, 200);
        clock.advance(Duration.ofDays(1));
        assertThat(chat(secret).status()).isEqualTo(401);
    }

    @Test
    void streamsEndAsTheyBeganWhenTheirKeyIsRevoked() throws Exception { // B06
        KeyStore.Made made = store().create(order("app"));
        String secret = made.secret().reveal();
        awaitStatus(secret, 200);
        int before = upstream.visits().size();
        CountDownLatch revoked = new CountDownLatch(1);
        upstream.on("vllm", Scripts.held(Answers.of("one", "two", "three"), 2, revoked), Answers.of("Hello"));
        java.util.concurrent.FutureTask<Reply> stream =
                new java.util.concurrent.FutureTask<>(() -> send(secret, TestGateway.chatBody("m", true)));
        Thread.ofVirtual().start(stream);
        upstream.awaitVisit(before + 1);
        store().revoke(made.issued().key().id());
        awaitStatus(secret, 401);
        revoked.countDown();
        assertThat(stream.get().text()).isEqualTo("onetwothree");
    }

    @Test
    void theRefusalNamesNothing() { // A18
        for (String wrong : List.of("plain", "plain-ke", "sk-sluice-wrong", "")) {
            assertThat(chat(wrong).status()).isEqualTo(401);
            assertThat(chat(wrong).body()).doesNotContain("plain", "acme", "sk-sluice", "narrow");
        }
    }
}
