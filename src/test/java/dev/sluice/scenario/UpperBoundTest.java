package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a call may cost at most is held before it leaves: each answer, prompt and picture, and the cap that it names or
 * does not.
 */
class UpperBoundTest {
    private static final String PROVIDERS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            """;
    private static final String BODY = """
            {"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}],"max_tokens":1000}""";

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    private TestGateway gateway(String settings) throws IOException {
        return TestGateway.start(upstream, PROVIDERS + settings);
    }

    private static Reply chat(TestGateway gateway, String body) {
        return gateway.post("/v1/chat/completions", body);
    }

    @Test
    void aCallThatNamesNoCapGetsOneAndTheProviderSeesIt() throws IOException { // B08
        try (TestGateway gateway = gateway("""
                spending: {usual-output: 500}
                budgets:
                  - {scope: gateway, amount: 1, period: day}
                """)) {
            gateway.chat("deepseek-flash");
            assertThat(upstream.last().request().text()).contains("\"max_tokens\":500");
            chat(gateway, BODY);
            assertThat(upstream.last().request().text()).contains("\"max_tokens\":1000");
            gateway.post("/api/chat", TestGateway.chatBody("deepseek-flash", false));
            assertThat(upstream.last().request().text()).contains("\"max_tokens\":500");
            assertThat(gateway.awaitLedger(3))
                    .allSatisfy(row -> assertThat(row.bound()).isGreaterThan(row.cost()));
        }
    }

    @Test
    void manyAnswersAndManyPromptsAreHeldAsMany() throws IOException { // B07
        try (TestGateway gateway = gateway("budgets: [{scope: gateway, amount: 1, period: day}]\n")) {
            chat(gateway, BODY);
            chat(gateway, BODY.replace("\"max_tokens\"", "\"n\":5,\"max_tokens\""));
            gateway.post(
                    "/v1/completions",
                    "{\"model\":\"deepseek-flash\",\"prompt\":[\"a\",\"b\",\"c\"],\"n\":2,\"best_of\":4,\"max_tokens\":1000}");
            List<LedgerRow> rows = gateway.awaitLedger(3);
            long answer = 1000 * 600;
            assertThat(rows).extracting(row -> row.bound() / answer).containsExactly(1L, 5L, 12L);
        }
    }

    /** A server written in Go takes each of them for the field, and the last one counts. */
    @ParameterizedTest
    @CsvSource({
        "Max_Tokens,            max_tokens,            100000",
        "max_toKens,            max_tokens,            100000",
        "max_token\u017f,       max_tokens,            100000",
        "max_to\u212aens,       max_tokens,            100000",
        "MAX_COMPLETION_TOKENS, max_completion_tokens, 100000",
        "N,                     n,                     50",
        "N_Predict,             n_predict,             50",
        "Best_Of,               best_of,               50",
        "Model,                 model,                 '\"dearer\"'",
        "\u017ftream,           stream,                true",
        "Stream_options,        stream_options,        {}",
        "Messages,              messages,              []",
        "Service_Tier,          service_tier,          '\"priority\"'",
        "Plugin\u017f,          plugins,               []",
    })
    void aNameThatSomeServersTakeForAFieldThatCountsIsRefused(String name, String field, String value)
            throws IOException {
        try (TestGateway gateway = gateway("budgets: [{scope: gateway, amount: 1, period: day}]\n")) {
            Reply reply = chat(gateway, BODY.replace("1000", "5,\"" + name + "\":" + value));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("'" + field + "'");
            assertThat(upstream.visits()).isEmpty();
        }
    }

    @Test
    void noOtherSpellingSwitchesTheCountOff() throws IOException {
        try (TestGateway gateway = gateway("")) {
            Reply reply = chat(
                    gateway,
                    BODY.replace(
                            "1000",
                            "5,\"stream\":true,\"stream_options\":{\"include_usage\":true,\"Include_Usage\":false}"));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("'stream_options.include_usage'");
        }
    }

    @Test
    void aNameOfOtherLettersThatMeansNothingHerePasses() throws IOException {
        try (TestGateway gateway = gateway("")) {
            Reply reply = chat(gateway, BODY.replace("1000", "5,\"X-Meta\":1,\"n\u00e4he\":2"));
            assertThat(reply.status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void whatSomeServersTakeForNoLimitIsNoneAndGivesWayToOneOfOurs(int nothing) throws IOException {
        try (TestGateway gateway = gateway("budgets: [{scope: gateway, amount: 0.002, period: day}]\n")) {
            Reply reply = chat(gateway, BODY.replace("\"max_tokens\":1000", "\"n_predict\":" + nothing));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(upstream.last().request().text())
                    .doesNotContain("n_predict")
                    .containsPattern("\"max_tokens\":[1-9]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "\"on\""})
    void aLimitThatTheServerIsToRaiseItselfIsNone(String yes) throws IOException {
        try (TestGateway gateway = gateway("budgets: [{scope: gateway, amount: 0.002, period: day}]\n")) {
            Reply reply = chat(gateway, BODY.replace("1000", "9,\"auto_max_new_tokens\":" + yes));
            assertThat(reply.status()).isEqualTo(429);
            assertThat(upstream.visits()).isEmpty();
        }
    }

    @Test
    void everyPictureIsHeldWhateverTheClientSpeaks() throws IOException { // B07
        String png = "iVBORw0KGgoAAAANSUhEUgAA";
        String ollama = "\"" + png + "\"";
        String openAi = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," + png + "\"}}";
        long picture = 50_000 * 150; // nano-dollars, and a few bytes more
        try (TestGateway gateway = gateway("")) {
            for (int pictures : new int[] {0, 1, 3}) {
                List<String> each = Collections.nCopies(pictures, ollama);
                gateway.post("/api/generate", """
                        {"model":"deepseek-flash","prompt":"Hi","images":[%s],"options":{"num_predict":10}}\
                        """.formatted(String.join(",", each)));
                String turn = "{\"role\":\"user\",\"content\":\"Hi\",\"images\":[" + ollama + "]}";
                gateway.post("/api/chat", """
                        {"model":"deepseek-flash","messages":[%s],"options":{"num_predict":10}}\
                        """.formatted(String.join(",", Collections.nCopies(pictures, turn))));
                gateway.post(
                        "/v1/chat/completions", """
                        {"model":"deepseek-flash","max_tokens":10,"messages":[{"role":"user","content":[%s]}]}\
                        """.formatted(String.join(",", Collections.nCopies(pictures, openAi))));
            }
            List<LedgerRow> rows = gateway.awaitLedger(8); // a chat without turns asks nobody
            assertThat(rows).extracting(row -> row.bound() / picture).containsExactly(0L, 0L, 1L, 1L, 1L, 3L, 3L, 3L);
        }
    }

    @Test
    void noOtherNameOfTheCapHidesTheOneThatAPlainCompletionObeys() throws IOException {
        String body = "{\"model\":\"deepseek-flash\",\"prompt\":\"Hi\",\"max_completion_tokens\":";
        try (TestGateway gateway = gateway("""
                spending: {usual-output: 500}
                budgets: [{scope: gateway, amount: 0.001, period: day}]
                """)) {
            for (String more : List.of("", ",\"max_tokens\":16000")) {
                Reply reply = gateway.post("/v1/completions", body + "1" + more + "}");
                assertThat(reply.status()).as(more).isEqualTo(400);
                assertThat(reply.body()).contains("\"param\":\"max_completion_tokens\"", "'max_tokens'");
            }
            assertThat(upstream.visits()).isEmpty();
            assertThat(gateway.post("/v1/completions", body + "null}").status()).isEqualTo(200);
            assertThat(upstream.last().request().text()).contains("\"max_tokens\":500");
        }
    }

    /** Older ones obey it before the others. */
    @Test
    void theLimitsNameAtLlamaCppServersRaisesNoAnswerOverWhatIsHeld() throws IOException {
        try (TestGateway gateway = gateway("""
                spending: {usual-output: 500}
                budgets: [{scope: gateway, amount: 1, period: day}]
                """)) {
            for (String larger : List.of("1000,\"n_predict\":1001", "1000,\"n_predict\":-1", "1000,\"n_cmpl\":9")) {
                Reply reply = chat(gateway, BODY.replace("1000", larger));
                assertThat(reply.status()).as(larger).isEqualTo(400);
                assertThat(reply.body()).contains("\"param\":\"n_");
            }
            assertThat(upstream.visits()).isEmpty();
            String completion = "{\"model\":\"deepseek-flash\",\"prompt\":\"Hi\",\"n_predict\":";
            assertSends("\"max_tokens\":7", chat(gateway, BODY.replace("1000", "1000,\"n_predict\":7")));
            assertSends("\"max_tokens\":600}", chat(gateway, BODY.replace("\"max_tokens\":1000", "\"n_predict\":600")));
            assertSends("\"max_tokens\":500", chat(gateway, BODY.replace("\"max_tokens\":1000", "\"n_predict\":-1")));
            assertSends("\"max_tokens\":600}", gateway.post("/v1/completions", completion + "600}"));
            assertSends("\"max_tokens\":500", gateway.post("/v1/completions", completion + "-1}"));
            assertThat(gateway.awaitLedger(5))
                    .extracting(row -> row.bound() / 600)
                    .satisfiesExactly(
                            one -> assertThat(one).isBetween(7L, 100L),
                            two -> assertThat(two).isBetween(600L, 700L),
                            three -> assertThat(three).isBetween(500L, 599L),
                            four -> assertThat(four).isBetween(600L, 700L),
                            five -> assertThat(five).isBetween(500L, 599L));
        }
    }

    private void assertSends(String cap, Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(upstream.last().request().text())
                .contains(cap)
                .doesNotContain("n_predict")
                .containsOnlyOnce("max_tokens");
    }

    @Test
    void ofTwoNamesOfTheCapOnlyTheOneThatIsHeldIsSent() throws IOException { // check 90
        try (TestGateway gateway = gateway("budgets: [{scope: gateway, amount: 1, period: day}]\n")) {
            for (String both : List.of("9000,\"max_completion_tokens\":7", "null,\"max_completion_tokens\":7")) {
                assertThat(chat(gateway, BODY.replace("1000", both)).status()).isEqualTo(200);
                assertThat(upstream.last().request().text())
                        .contains("\"max_tokens\":7}")
                        .doesNotContain("9000")
                        .doesNotContain("null");
            }
            String first = BODY.replace("\"max_tokens\":1000", "\"max_completion_tokens\":7,\"max_to\\u006bens\":9000");
            assertThat(chat(gateway, first).status()).isEqualTo(200);
            assertThat(upstream.last().request().text())
                    .contains("\"max_tokens\":7")
                    .doesNotContain("9000");
        }
    }

    @Test
    void allOfACapThatIsSentIsHeldHoweverLargeItIs() throws IOException {
        List<Long> caps = List.of(384_000L, 1_000_000L, 100_000_000L, 1_000_000_000_000_000L, Long.MAX_VALUE);
        try (TestGateway gateway = gateway("budgets: [{scope: gateway, amount: 1, period: day, limit: soft}]\n")) {
            for (long cap : caps) {
                Reply reply = chat(gateway, BODY.replace("1000", cap + ",\"n\":2"));
                assertThat(reply.status()).as(reply.body()).isEqualTo(200);
                assertThat(upstream.last().request().text())
                        .contains("\"max_tokens\":" + Math.min(cap, 100_000_000) + ",");
            }
            assertThat(gateway.awaitLedger(caps.size()))
                    .extracting(row -> row.bound() / 1200 / 1000 * 1000) // less the prompt
                    .containsExactly(384_000L, 1_000_000L, 100_000_000L, 100_000_000L, 100_000_000L);
            assertThat(gateway.get("/stats").body()).contains("\"held\":\"0\"");
            assertThat(gateway.audit().wrong()).isEmpty();
        }
    }

    @Test
    void aServerOfOnesOwnGetsTheCapAsItCame() throws IOException {
        String own = """
                providers: {ollama: {url: $UP/ollama}}
                models: {home: [ollama/small]}
                """;
        try (TestGateway gateway = TestGateway.start(upstream, TestGateway.QUICK + own)) {
            Reply reply = chat(
                    gateway, BODY.replace("deepseek-flash", "home").replace("1000", Long.MAX_VALUE + ",\"best_of\":2"));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(upstream.last().request().text()).contains("\"num_predict\":" + Long.MAX_VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {400_000, 1_000_000, 1_000_000_000_000_000L, Long.MAX_VALUE})
    void aCapOfWhichNotAllFitsIsRefusedUnderAHardBudgetOrLowered(long cap) throws IOException {
        String room = "budgets: [{scope: gateway, amount: 0.47, period: day}]\n"; // two answers of 390,000 tokens
        try (TestGateway gateway = gateway("spending: {wait: 0s, least-output: 0}\n" + room)) {
            Reply reply = chat(gateway, BODY.replace("1000", cap + ",\"n\":2"));
            assertThat(reply.status()).as(reply.body()).isEqualTo(429);
            assertThat(upstream.visits()).isEmpty();
        }
        try (TestGateway gateway = gateway("spending: {wait: 0s}\n" + room)) {
            assertThat(chat(gateway, BODY.replace("1000", cap + ",\"n\":2")).status())
                    .isEqualTo(200);
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.bound()).isBetween(469_000_000L, 470_000_000L);
            assertThat(upstream.last().request().text()).doesNotContain(Long.toString(cap));
        }
    }

    @Test
    void aWildCapIsRefusedOrLoweredUntilItFits() throws IOException { // B08
        try (TestGateway gateway = gateway("""
                budgets:
                  - {scope: gateway, amount: 0.01, period: day}
                """)) {
            for (String cap : List.of("0", "-1", "\"5\"", "1.5")) {
                assertThat(chat(gateway, BODY.replace("1000", cap)).status())
                        .as(cap)
                        .isEqualTo(400);
            }
            assertThat(upstream.visits()).isEmpty();
            assertThat(chat(gateway, BODY.replace("1000", "null")).status()).isEqualTo(200);
            assertThat(upstream.last().request().text()).contains("\"max_tokens\":8192");
            assertThat(chat(gateway, BODY.replace("1000", "1000000000000000000"))
                            .status())
                    .isEqualTo(200);
            assertThat(upstream.last().request().text()).containsPattern("\"max_tokens\":[0-9]{4,5}[,}]");
            Reply both = chat(gateway, BODY.replace("1000", "2000,\"max_completion_tokens\":3000"));
            assertThat(both.status()).isEqualTo(200);
            assertThat(upstream.last().request().text())
                    .contains("\"max_tokens\":3000")
                    .doesNotContain("2000");
        }
    }

    @Test
    void whatHasNoPriceIsRefusedUnderAHardBudgetAndPassesWithoutOne() throws IOException { // B10, G8
        try (TestGateway gateway = gateway("budgets: [{scope: gateway, amount: 100, period: month}]\n")
                .withoutSums()) {
            Reply reply = chat(gateway, BODY.replace("deepseek-flash", "deepseek/no-such-price"));
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.body()).contains("no price is known for no-such-price at deepseek", "budget_exceeded");
            assertThat(upstream.visits()).isEmpty();
        }
        try (TestGateway gateway = gateway("").withoutSums()) {
            assertThat(chat(gateway, BODY.replace("deepseek-flash", "deepseek/no-such-price"))
                            .status())
                    .isEqualTo(200);
        }
    }
}
