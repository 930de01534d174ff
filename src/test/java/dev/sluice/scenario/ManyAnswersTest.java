package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.Visit;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several answers to one question, from servers that give one at a time. */
class ManyAnswersTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              ollama: {url: $UP/ollama}
              vllm: {url: $UP/vllm}
              ollama-cloud: {url: $UP/ollama-cloud, key: k}
              other: {kind: openai-compatible, url: $UP/other, first-content: 300ms}
            requests: {headers-after: 100ms}
            models:
              local: ollama/m
              v: vllm/m
              priced: ollama-cloud/deepseek-v4-flash
              mixed: {order: written, chain: [other/o, vllm/m, ollama/m]}
            """;
    /** On a machine as slow as it likes. */
    private static final String NO_SIGNS = SETTINGS.replace("headers-after: 100ms", "headers-after: 30s");

    /** About what one answer of 500 tokens may cost, in dollars. */
    private static final double BOUND = 0.00038;

    private static final Pattern INDEX = Pattern.compile("\"index\":(\\d)");

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("ollama-cloud/deepseek-v4-flash", "0.22", "0.007", "0.66");

    private static String ask(String model, int answers, boolean stream, String more) {
        return "{\"model\":\"" + model + "\",\"n\":" + answers + "," + more
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":" + stream + "}";
    }

    private static String dollars(int answers) {
        return new BigDecimal(answers * BOUND).setScale(9, RoundingMode.UP).toPlainString();
    }

    private static String budget(int answers, int least) {
        return "budgets: [{scope: gateway, amount: " + dollars(answers)
                + ", period: day}]\nspending: {wait: 0s, least-output: " + least + "}\n";
    }

    private static List<String> indexes(String body) {
        return INDEX.matcher(body).results().map(found -> found.group(1)).toList();
    }

    @Test
    void comeFromAnOllamaServerAsOneWholeAnswer() throws IOException { // check 86
        upstream.on("ollama", Answers.of("one"), Answers.of("two"), Answers.of("three"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/chat/completions", ask("local", 3, false, "\"seed\":7,"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(indexes(reply.body())).containsExactly("0", "1", "2");
            assertThat(reply.body())
                    .contains("\"one\"", "\"two\"", "\"three\"")
                    .contains("\"prompt_tokens\":30", "\"completion_tokens\":3", "\"total_tokens\":33");
            assertThat(reply.header("x-sluice-dropped")).isEmpty();
            assertThat(reply.header("x-sluice-cost")).isEqualTo("0");
            assertThat(upstream.visits()).hasSize(3);
            assertThat(upstream.visits().stream().map(visit -> visit.request().text()))
                    .anyMatch(body -> body.contains("\"seed\":7"))
                    .anyMatch(body -> body.contains("\"seed\":8"))
                    .anyMatch(body -> body.contains("\"seed\":9"));
            assertThat(gateway.awaitLedger(3)).extracting(LedgerRow::number).containsExactly(1, 2, 3);
        }
    }

    @Test
    void comeInOneStreamEachWithItsIndex() throws IOException { // check 86
        upstream.on(
                "ollama",
                Answers.of("a", "a").slowly(Duration.ZERO, Duration.ofMillis(30)),
                Answers.of("b", "b", "b").slowly(Duration.ofMillis(10), Duration.ofMillis(30)));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post(
                    "/v1/chat/completions", ask("local", 2, true, "\"stream_options\":{\"include_usage\":true},"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(text(reply.body(), "a")).hasSize(2);
            assertThat(text(reply.body(), "b")).hasSize(3);
            assertThat(text(reply.body(), "a").getFirst())
                    .isNotEqualTo(text(reply.body(), "b").getFirst());
            assertThat(text(reply.body(), "a").stream().distinct()).hasSize(1);
            assertThat(reply.body().split("\"finish_reason\":\"stop\"", -1)).hasSize(3);
            assertThat(reply.body().split("\"role\":\"assistant\"", -1)).hasSize(3);
            assertThat(reply.body()).contains("\"prompt_tokens\":20,\"completion_tokens\":5");
            assertThat(reply.body().split("\\[DONE]", -1)).hasSize(2);
            assertThat(reply.body()).endsWith("data: [DONE]\n\n");
            assertThat(reply.body().split("\"id\":\"chatcmpl-", -1)[1].substring(0, 10))
                    .isEqualTo(reply.body().split("\"id\":\"chatcmpl-", -1)[5].substring(0, 10));
        }
    }

    /** The indexes of the chunks with this text. */
    private static List<String> text(String body, String text) {
        return Pattern.compile("\"index\":(\\d),\"delta\":\\{\"content\":\"" + text + "\"")
                .matcher(body)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    /** As vLLM refuses several answers that would all be the same. */
    private static Script vllm() {
        return visit -> {
            String asked = visit.request().text();
            boolean refused = asked.contains("\"temperature\":0,") && !asked.contains("\"n\":1,");
            (refused ? Scripts.status(400, "n must be 1 when using greedy sampling, got 2.") : Answers.of("same"))
                    .play(visit);
        };
    }

    @Test
    void areAskedForOneByOneAtVllmOnlyWhereItWouldRefuseThem() throws IOException { // check 86
        upstream.on("vllm", vllm());
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            for (boolean stream : new boolean[] {false, true}) {
                int before = upstream.visits().size();
                Reply reply = gateway.post("/v1/chat/completions", ask("v", 2, stream, "\"temperature\":0,\"foo\":1,"));
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.body()).doesNotContain("error", "greedy");
                assertThat(indexes(reply.body())).contains("0", "1");
                List<Visit> asked =
                        upstream.visits().subList(before, upstream.visits().size());
                assertThat(asked)
                        .hasSize(2)
                        .allMatch(visit -> visit.request().text().contains("\"n\":1,"));
                assertThat(asked).allMatch(visit -> visit.request().text().contains("\"foo\":1"));
            }
            gateway.post("/v1/chat/completions", ask("v", 2, false, "\"temperature\":0.7,"));
            assertThat(upstream.visits()).hasSize(5);
            assertThat(upstream.last().request().text()).contains("\"n\":2");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areAskedForInOneCallUntilAServerCannot(boolean stream) throws IOException { // checks 86, 144
        upstream.on("other", stream ? Scripts.silent() : Scripts.status(503, "overloaded"))
                .on("vllm", Scripts.status(404, "model not found"))
                .on("ollama", Answers.of("ok"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/chat/completions", ask("mixed", 2, stream, "\"temperature\":0,"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).doesNotContain("error").contains("\"ok\"");
            assertThat(indexes(reply.body())).contains("0", "1").doesNotContain("2");
            assertThat(upstream.visits("other"))
                    .allMatch(visit -> visit.request().text().contains("\"n\":2"));
            assertThat(upstream.visits("vllm"))
                    .isNotEmpty()
                    .allMatch(visit -> visit.request().text().contains("\"n\":1"));
            assertThat(upstream.visits("ollama")).hasSize(2);
        }
    }

    @Test
    void waitForTheOneProbeOfABreakerThatIsHalfOpen() throws IOException { // F09
        HandTicker ticker = new HandTicker();
        Clocks clocks = new Clocks(ticker, new HandClock(TestGateway.QUIET_DAY));
        upstream.on("ollama", Scripts.cutAfter(Answers.of("cut", "off"), 1, Scripts.Cut.FIN), Answers.of("ok"));
        try (TestGateway gateway = TestGateway.start(
                upstream, SETTINGS + "breaker: {failures: 1, calls: 1}\nserver: {idle-connection: 1000h}\n", clocks)) {
            assertThat(gateway.stream("local").body()).contains("error");
            assertThat(gateway.chat("local").status()).isEqualTo(503);
            ticker.advance(Duration.ofSeconds(31));
            Reply reply = gateway.post("/v1/chat/completions", ask("local", 3, false, ""));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(indexes(reply.body())).containsExactly("0", "1", "2");
        }
    }

    @Test
    void aRefusalAfterSignsOfLifeIsToldInTheStream() throws IOException { // check 82
        upstream.on("other", Scripts.silent())
                .on("vllm", Scripts.status(404, "model not found"))
                .on("ollama", Scripts.status(400, "no such thing"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            String body = gateway.post("/v1/chat/completions", ask("mixed", 2, true, "\"temperature\":0,"))
                    .body();
            assertThat(body).startsWith(":").contains("no such thing").doesNotContain("[DONE]");
            assertThat(body.split("\"error\":", -1)).hasSize(2);
        }
    }

    @Test
    void areAtMostEight() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/chat/completions", ask("local", 9, false, ""));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("ask for 8 at most", "\"param\":\"n\"");
            assertThat(gateway.post("/v1/chat/completions", ask("local", 8, false, ""))
                            .status())
                    .isEqualTo(200);
            assertThat(upstream.visits()).hasSize(8);
        }
    }

    @Test
    void costWhatAllOfThemCost() throws IOException {
        upstream.on(
                "ollama-cloud",
                Answers.of("one").tokens(1_000, 0, 50),
                Answers.of("two").tokens(1_000, 100, 70));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/chat/completions", ask("priced", 2, false, ""));
            assertThat(reply.status()).isEqualTo(200);
            long nanos =
                    gateway.awaitLedger(2).stream().mapToLong(LedgerRow::cost).sum();
            assertThat(nanos).isPositive();
            assertThat(new BigDecimal(reply.header("x-sluice-cost"))
                            .movePointRight(9)
                            .longValueExact())
                    .isEqualTo(nanos);
            String last = gateway.post("/v1/chat/completions", ask("priced", 2, true, ""))
                    .body();
            assertThat(last.split("\"sluice\":", -1)).as("one receipt").hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void areNoneBoughtWhereNotAllOfThemFitTheBudget(int fitting) throws IOException { // B05
        String bounded = ask("priced", 8, false, "\"max_tokens\":500,");
        upstream.on("ollama-cloud", Answers.of("one").tokens(100, 0, 50));
        String budget = budget(fitting, 0);
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS + budget)) {
            Reply reply = gateway.post("/v1/chat/completions", bounded);
            assertThat(reply.status()).as(reply.body()).isEqualTo(429);
            assertThat(reply.header("x-sluice-cost")).isEqualTo("0");
            assertThat(upstream.visits()).isEmpty();
            assertThat(gateway.get("/stats").body()).contains("\"held\":\"0\"");
            assertThat(gateway.post("/v1/chat/completions", ask("priced", 1, false, "\"max_tokens\":500,"))
                            .status())
                    .as("nothing is held any more")
                    .isEqualTo(200);
        }
    }

    @Test
    void areAllBoughtWhereAllOfThemFitTheBudget() throws IOException {
        upstream.on("ollama-cloud", Answers.of("one").tokens(100, 0, 50));
        String budget = budget(9, 0);
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS + budget)) {
            Reply reply = gateway.post("/v1/chat/completions", ask("priced", 8, false, "\"max_tokens\":500,"));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(gateway.awaitLedger(8)).allMatch(LedgerRow::settled);
            assertThat(gateway.get("/stats").body()).contains("\"held\":\"0\"");
        }
    }

    @Test
    void areShortenedTogetherWhereTheBudgetLeavesRoomForShorterOnes() throws IOException {
        upstream.on("ollama-cloud", Answers.of("one").tokens(100, 0, 50));
        String budget = budget(4, 16);
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS + budget)) {
            Reply reply = gateway.post("/v1/chat/completions", ask("priced", 8, false, "\"max_tokens\":500,"));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(upstream.visits())
                    .hasSize(8)
                    .allSatisfy(visit ->
                            assertThat(visit.request().text()).containsPattern("\"num_predict\":[12]\\d\\d\\b"));
        }
    }

    @Test
    void costInAllNoMoreThanTheirClientAllows() throws IOException {
        upstream.on("ollama-cloud", Answers.of("one").tokens(100, 0, 50));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            String body = ask("priced", 8, false, "\"max_tokens\":500,");
            Reply reply = gateway.post("/v1/chat/completions", body, "x-sluice-max-cost", dollars(4));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.header("x-sluice-cost")).isEqualTo("0");
            assertThat(upstream.visits()).isEmpty();
            String all = reply.header("x-sluice-bound");
            assertThat(Double.parseDouble(all)).isBetween(7.5 * BOUND, 8.5 * BOUND);
            assertThat(gateway.post("/v1/chat/completions", body, "x-sluice-max-cost", all)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPartThatFailsOnceIsTriedAgainUnseen() throws IOException {
        upstream.on("ollama", Answers.of("ok"), Scripts.status(500, "boom"), Answers.of("ok"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/chat/completions", ask("local", 3, true, ""));
            assertThat(text(reply.body(), "ok")).containsExactlyInAnyOrder("0", "1", "2");
            assertThat(reply.body()).doesNotContain("error").endsWith("data: [DONE]\n\n");
            assertThat(upstream.visits()).hasSize(4);
        }
    }

    @Test
    void failTogetherWhereOneFailsForGood() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        upstream.on(
                "ollama",
                visit -> {
                    waiting.await(10, TimeUnit.SECONDS);
                    Scripts.status(400, "no such thing").play(visit);
                },
                Scripts.silent());
        try (TestGateway gateway = TestGateway.start(upstream, NO_SIGNS);
                RawClient client = gateway.connect()) {
            client.post("/v1/chat/completions", ask("local", 2, true, ""));
            upstream.awaitVisit(2);
            waiting.countDown();
            client.readUntil("no such thing");
            assertThat(client.soFar()).startsWith("HTTP/1.1 400");
            assertThat(upstream.visits().stream().filter(visit -> left(visit)).count())
                    .isEqualTo(1);
            assertThat(gateway.awaitLedger(2)).extracting(LedgerRow::how).contains("cancelled", "request_refused");
            TestGateway.await("nothing runs", () -> gateway.running() == 0);
        }
    }

    @Test
    void aFailureAfterTheFirstContentIsToldInTheStream() throws Exception {
        CountDownLatch content = new CountDownLatch(1);
        upstream.on(
                "ollama",
                visit -> {
                    content.await(10, TimeUnit.SECONDS);
                    Scripts.status(400, "no such thing").play(visit);
                },
                visit -> {
                    visit.begin(200, Answers.contentType(visit.request()));
                    visit.send(Answers.of("first").frames(visit.request()).getFirst());
                    visit.sawHangUp(Duration.ofSeconds(20));
                });
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS);
                RawClient client = gateway.connect()) {
            client.post("/v1/chat/completions", ask("local", 2, true, "")).readUntil("first");
            content.countDown();
            client.readUntil("\"error\":").readUntil("\r\n0\r\n\r\n");
            assertThat(client.soFar()).contains("HTTP/1.1 200", "no such thing");
            assertThat(client.soFar().split("\"error\":", -1)).hasSize(2);
            assertThat(client.soFar()).doesNotContain("[DONE]");
            TestGateway.await("nothing runs", () -> gateway.running() == 0);
        }
    }

    @Test
    void areAllDroppedWhenTheClientLeaves() throws Exception { // check 146
        upstream.on("ollama", Scripts.silent());
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            RawClient client = gateway.connect();
            client.post("/v1/chat/completions", ask("local", 6, false, ""));
            upstream.awaitVisit(4);
            client.close();
            List<Visit> asked = new ArrayList<>(upstream.visits());
            assertThat(asked).as("at once").hasSize(4).allMatch(ManyAnswersTest::left);
            assertThat(gateway.awaitLedger(4)).allMatch(row -> row.how().equals("cancelled"));
            assertThat(upstream.visits()).hasSize(4);
        }
    }

    private static boolean left(Visit visit) {
        try {
            return visit.sawHangUp(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
