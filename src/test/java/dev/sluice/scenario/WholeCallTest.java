package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said and counted of a call as a whole, where not every provider that it might go to is asked. */
class WholeCallTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              ollama: {url: $UP/ollama}
              deepseek: {url: $UP/deepseek, key: k1}
              openrouter: {url: $UP/openrouter, key: k2}
            models:
              free-first: {order: written, chain: [ollama/m, deepseek/deepseek-v3.2]}
              paid-first: {order: written, chain: [deepseek/deepseek-v3.2, ollama/m]}
              paid: {order: written, chain: [deepseek/deepseek-v3.2, openrouter/deepseek/deepseek-v3.2]}
            """;
    private static final String LIMITS = """
            budgets: [{scope: provider/deepseek, amount: 0.000000001, period: day}]
            tiers: {small: {calls-per-day: 3}}
            keys:
              - {name: k, key: a-key, tier: small}
              - {name: admin, key: admin-key, admin: true}
            spending: {wait: 0s, least-output: 0}
            """;
    private static final String SIGNS = "requests: {headers-after: 100ms, heartbeat: 50ms}\n";
    private static final String[] KEY = {"authorization", "Bearer a-key"};

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-v3.2", "0.27", "0.027", "1.10")
            .charging("openrouter/deepseek/deepseek-v3.2", "0.269", "0.1345", "0.4");

    private static Script late(Script script) {
        return visit -> {
            visit.pause(Duration.ofMillis(700));
            script.play(visit);
        };
    }

    private static Script failing() {
        return late(visit -> visit.reply(504, "text/plain", "too late"));
    }

    private TestGateway start(String more) throws IOException {
        return TestGateway.start(upstream, SETTINGS + more, new Clocks(Ticker.SYSTEM, clock));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void aHeadThatIsOutBeforeAnybodyHasAnsweredSaysNothingOfWhoWillAndTheLastChunkSaysAll(String path)
            throws IOException {
        upstream.on("ollama", failing()).on("deepseek", Answers.of("Hello").tokens(1_000, 0, 20));
        try (TestGateway gateway = start(SIGNS)) {
            Reply reply = gateway.post(path, TestGateway.chatBody("free-first", true));
            assertThat(reply.header("x-request-id")).isNotEmpty();
            assertThat(reply.header("x-sluice-provider")).isEmpty();
            assertThat(reply.header("x-sluice-model")).isEmpty();
            assertThat(reply.header("x-sluice-cost")).isEmpty();
            assertThat(reply.body()).contains("\"sluice\":{\"cost\":\"0.000292\",\"provider\":\"deepseek\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void andSoItDoesWhereTheOneThatAnswersCostsNothing(String path) throws IOException {
        upstream.on("deepseek", failing()).on("ollama", Answers.of("Hello"));
        try (TestGateway gateway = start(SIGNS)) {
            Reply reply = gateway.post(path, TestGateway.chatBody("paid-first", true));
            assertThat(reply.header("x-sluice-provider")).isEmpty();
            assertThat(reply.body()).contains("\"sluice\":{\"cost\":\"0\",\"provider\":\"ollama\"}");
        }
    }

    @Test
    void aHeadThatGoesOutWithTheFirstContentNamesItsProvider() throws IOException {
        upstream.on("ollama", late(Answers.of("Hello")));
        try (TestGateway gateway = start("")) {
            Reply reply = gateway.stream("free-first");
            assertThat(reply.header("x-sluice-provider")).isEqualTo("ollama");
            assertThat(reply.header("x-sluice-cost")).isEqualTo("0");
            assertThat(reply.body()).doesNotContain("sluice");
        }
    }

    private static Reply limited(TestGateway gateway, String... more) {
        String[] headers = Stream.of(KEY, more).flatMap(Arrays::stream).toArray(String[]::new);
        return gateway.post("/v1/chat/completions", TestGateway.chatBody("paid", false), headers);
    }

    @Test
    void aCallWhoseFirstProviderIsPassedOverForMoneyIsStillOneCallAfterARestart() throws IOException {
        upstream.on("openrouter", Answers.of("Hello"));
        try (TestGateway gateway = start(LIMITS)) {
            for (int call = 0; call < 3; call++) {
                assertThat(limited(gateway).status()).isEqualTo(200);
            }
            assertThat(limited(gateway).status()).isEqualTo(429);
            assertThat(gateway.awaitLedger(3)).allMatch(row -> row.provider().equals("openrouter"));
            gateway.restart();
            assertThat(limited(gateway).status()).isEqualTo(429);
            assertThat(gateway.administer("GET", "/admin/usage?by=key", "", "authorization", "Bearer admin-key")
                            .body())
                    .contains("\"calls\":3");
        }
    }

    @Test
    void aCallThatIsRefusedBeforeAnybodyIsAskedDoesNotCount() throws IOException {
        upstream.on("openrouter", Answers.of("Hello"));
        try (TestGateway gateway = start(LIMITS)) {
            for (int call = 0; call < 5; call++) {
                assertThat(limited(gateway, "x-sluice-max-cost", "0.000000001").status())
                        .isEqualTo(400);
            }
            for (int call = 0; call < 3; call++) {
                assertThat(limited(gateway).status()).isEqualTo(200);
            }
            assertThat(limited(gateway).status()).isEqualTo(429);
        }
    }
}
