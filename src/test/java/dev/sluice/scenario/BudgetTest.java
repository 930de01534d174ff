package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.AtOnce;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A budget holds under any number of calls at once, and nobody is refused who could have been served. */
class BudgetTest {
    private static final String PROVIDERS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 2000, queue: 2000}
              openrouter: {url: $UP/openrouter, key: k2}
              ollama: {url: $UP/ollama}
            """;
    private static final String BODY = """
            {"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}],"max_tokens":1000}""";

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);
    private final Clocks clocks = new Clocks(Ticker.SYSTEM, clock);

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    private TestGateway gateway(String settings) throws IOException {
        return TestGateway.start(upstream, PROVIDERS + settings, clocks);
    }

    private static Reply chat(TestGateway gateway, String body) {
        return gateway.post("/v1/chat/completions", body);
    }

    private static String dollars(long nanos) {
        return BigDecimal.valueOf(nanos, 9).toPlainString();
    }

    /** What such a call may cost at most. */
    private long boundOf(String body) throws IOException {
        try (TestGateway gateway = gateway("")) {
            chat(gateway, body);
            return gateway.awaitRow(1).bound();
        }
    }

    /** All at once, each on its own thread and connection. */
    private static List<Reply> together(TestGateway gateway, int calls, String body, Consumer<Reply> each)
            throws Exception {
        return AtOnce.calls(calls, _ -> chat(gateway, body), each);
    }

    private static long count(List<Reply> replies, int status) {
        return replies.stream().filter(reply -> reply.status() == status).count();
    }

    @Test
    void ofAThousandCallsAtOnceExactlyThoseThatFitPass() throws Exception { // B01, G1
        long bound = boundOf(BODY);
        int bursts = Integer.getInteger("sluice.bursts", 2);
        for (long seed = 1; seed <= bursts; seed++) {
            burst(seed, bound);
            if (bursts > 10) {
                System.out.println("burst " + seed + " of " + bursts);
            }
        }
    }

    /** A thousand calls where a hundred fit; what each really costs is anything up to its bound. */
    private void burst(long seed, long bound) throws Exception {
        int before = upstream.visits().size();
        CountDownLatch decided = new CountDownLatch(900);
        Random random = new Random(seed);
        upstream.on("deepseek", visit -> {
            decided.await();
            Answers answer;
            synchronized (random) {
                answer = Answers.of("Hello").tokens(20 + random.nextInt(60), 0, random.nextInt(1000));
            }
            answer.play(visit);
        });
        String budget = """
                spending: {wait: 0s, least-output: 0}
                budgets:
                  - {scope: gateway, amount: %s, period: day}
                """.formatted(dollars(bound * 100 + bound / 2));
        try (TestGateway gateway = gateway(budget)) {
            List<Reply> replies = together(gateway, 1000, BODY, reply -> {
                if (reply.status() != 200) {
                    decided.countDown();
                }
            });
            assertThat(count(replies, 200)).as("seed %d", seed).isEqualTo(100);
            assertThat(upstream.visits().size() - before).isEqualTo(100);
            List<Reply> refused =
                    replies.stream().filter(reply -> reply.status() != 200).toList();
            assertThat(refused).hasSize(900).allSatisfy(reply -> {
                assertThat(reply.status()).isEqualTo(429);
                assertThat(reply.body()).contains("\"code\":\"budget_exceeded\"", "the limit of gateway a day has $");
                assertThat(reply.header("x-should-retry")).isEqualTo("false");
                assertThat(Long.parseLong(reply.header("retry-after")))
                        .as("seconds until midnight in Seoul")
                        .isEqualTo(3 * 3600);
            });
            assertThat(gateway.awaitLedger(100)).hasSize(100);
            assertThat(chat(gateway, BODY).status())
                    .as("all holds are given back")
                    .isEqualTo(200);
        }
    }

    @Test
    void aDearerProviderIsHeldForAnewAndLeftOutWhereItDoesNotFit() throws IOException { // B12
        upstream.on("deepseek", Scripts.status(503, "overloaded"));
        String chain =
                "models: {m: {chain: [deepseek/deepseek-flash, openrouter/anthropic/claude-sonnet-5], order: written}}\n";
        try (TestGateway gateway = gateway(chain + """
                spending: {least-output: 0}
                budgets:
                  - {scope: gateway, amount: 0.002, period: day}
                """)) {
            Reply reply = chat(gateway, BODY.replace("deepseek-flash", "m"));
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.body()).contains("this call may take up to $");
            assertThat(upstream.visits("openrouter")).isEmpty();
            assertThat(gateway.ledger())
                    .allSatisfy(row -> assertThat(row.provider()).isEqualTo("deepseek"));
        }
    }

    @Test
    void almostAllOfABudgetCanBeUsedByCallsThatMightHaveCostMuchMore() throws Exception { // B16, G2
        upstream.on("deepseek", Answers.of("Hello").tokens(1000, 0, 1000));
        String body = BODY.replace("1000", "64000");
        long each = 1000 * 150 + 1000 * 600; // nano-dollars
        long amount = each * 200;
        try (TestGateway gateway = gateway("""
                spending: {wait: 2s, least-output: 1024}
                budgets:
                  - {scope: gateway, amount: %s, period: day}
                """.formatted(dollars(amount)))) {
            int served = 0;
            for (int round = 0; round < 6; round++) {
                served += (int) count(together(gateway, 40, body, _ -> {}), 200);
            }
            long used = gateway.awaitLedger(served).stream()
                    .mapToLong(LedgerRow::cost)
                    .sum();
            assertThat(used).isLessThanOrEqualTo(amount);
            assertThat(used).as("of %d", amount).isGreaterThanOrEqualTo(amount * 99 / 100);
        }
    }

    @Test
    void whatAProviderRefusesHoldsNothing() throws IOException { // B17
        upstream.on("deepseek", Scripts.status(400, "no"));
        try (TestGateway gateway = gateway("""
                spending: {least-output: 0}
                budgets:
                  - {scope: gateway, amount: 0.002, period: day}
                """)) {
            for (int call = 0; call < 200; call++) {
                assertThat(chat(gateway, BODY).status()).isEqualTo(400);
            }
            upstream.on("deepseek", Answers.of("Hello"));
            assertThat(chat(gateway, BODY).status()).isEqualTo(200);
        }
    }

    @Test
    void pastTheMarkCallsGoLocalAndReturnWithTheNextDay() throws IOException { // B18, S2
        upstream.on("deepseek", Answers.of("Hello").tokens(1000, 0, 1000));
        String settings = """
                models: {m: {chain: [deepseek/deepseek-flash, ollama/small], order: written}}
                budgets:
                  - {scope: gateway, amount: 0.0009, period: day, limit: soft, cheaper-from: 80}
                """;
        try (TestGateway gateway = gateway(settings)) {
            String body = BODY.replace("deepseek-flash", "m");
            Reply first = chat(gateway, body);
            assertThat(first.header("x-sluice-provider")).isEqualTo("deepseek");
            Reply second = chat(gateway, body);
            assertThat(second.header("x-sluice-provider")).isEqualTo("ollama");
            assertThat(second.header("x-sluice-budget")).isEqualTo("limit of gateway a day past 80%");
            assertThat(second.header("x-sluice-cost")).isEqualTo("0");
            clock.set("2026-11-21T15:00:00Z"); // midnight in Seoul
            Reply third = chat(gateway, body);
            assertThat(third.header("x-sluice-provider")).isEqualTo("deepseek");
            assertThat(third.header("x-sluice-budget")).isEmpty();
        }
    }

    @Test
    void whatNoLongerFitsTakesTheCheaperWayThatTheBudgetNames() throws IOException { // S2
        try (TestGateway gateway = gateway("""
                models: {small: [ollama/small]}
                spending: {wait: 0s, least-output: 0}
                budgets:
                  - {scope: gateway, amount: 0.00001, period: day, cheaper: small}
                """)) {
            Reply reply = chat(gateway, BODY);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("x-sluice-provider")).isEqualTo("ollama");
            assertThat(reply.header("x-sluice-budget")).contains("cheaper route");
            assertThat(upstream.visits("deepseek")).isEmpty();
        }
    }

    @Test
    void whatWasSpentIsRememberedAfterARestart() throws IOException {
        upstream.on("deepseek", Answers.of("Hello").tokens(1000, 0, 1000));
        String settings = """
                spending: {wait: 0s, least-output: 0}
                budgets:
                  - {scope: gateway, amount: 0.0015, period: day}
                """;
        try (TestGateway gateway = gateway(settings)) {
            assertThat(chat(gateway, BODY).status()).isEqualTo(200);
            assertThat(chat(gateway, BODY).status()).isEqualTo(200);
            assertThat(chat(gateway, BODY).status()).isEqualTo(429);
            gateway.restart();
            assertThat(chat(gateway, BODY).status()).as("0.0015 are spent").isEqualTo(429);
        }
    }
}
