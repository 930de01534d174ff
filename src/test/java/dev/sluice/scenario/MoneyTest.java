package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.ledger.Spending;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.Scripts.Cut;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is booked is what the provider charges, also where it says nothing or nonsense, and everybody is told the same. */
class MoneyTest {
    private static final String SELLERS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              openrouter: {url: $UP/openrouter, key: k2}
              openai: {url: $UP/openai, key: k3}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private static BigDecimal dollars(long nanos) {
        return BigDecimal.valueOf(nanos, 9);
    }

    @Test
    void whatTheProviderSaysItChargedOutweighsTheTable() throws IOException { // check 149
        upstream.on("openrouter", Answers.of("Hi").cost("0.0123456789"));
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS)) {
            Reply reply = gateway.chat("openrouter/deepseek/deepseek-v3.2");
            assertThat(reply.header("x-sluice-cost")).isEqualTo("0.012345679");
            assertThat(gateway.awaitRow(1).cost()).isEqualTo(12_345_679);
        }
    }

    @Test
    void anAmountFarFromTheTableIsWarnedOf() throws IOException { // check 149
        Answers answer = Answers.of("Hi").tokens(10_000, 4_000, 1_000);
        ListAppender<ILoggingEvent> warnings = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        warnings.start();
        root.addAppender(warnings);
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS)) {
            upstream.on("openrouter", answer.cost("0.00257")); // the table says 0.002552
            gateway.chat("openrouter/deepseek/deepseek-v3.2");
            upstream.on("openrouter", answer.cost("0.00261"));
            gateway.chat("openrouter/deepseek/deepseek-v3.2");
        } finally {
            root.detachAppender(warnings);
        }
        assertThat(warnings.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.startsWith("price drift: "))
                .singleElement()
                .asString()
                .contains("openrouter", "0.00261", "0.002552");
    }

    /** The schema goes into the prompt of a provider without schemas, so more is sent than the client sent. */
    @Test
    void theReserveCoversWhatIsReallySentEvenWhereThatIsMoreThanTheClientSent() throws IOException { // B03
        upstream.on("deepseek", Answers.of("{}")); // fits the schema
        upstream.bill().price("deepseek/deepseek-flash", "0.15", "0.003", "0.60");
        String call = """
                {"model":"deepseek/deepseek-flash","max_tokens":1,"messages":[{"role":"user","content":"Hi"}],\
                "response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}}""";
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS)) {
            assertThat(gateway.post("/v1/chat/completions", call).status()).isEqualTo(200);
            int sent = upstream.last().request().text().length();
            assertThat(sent).isGreaterThan(call.length());
            long output = 600;
            assertThat(gateway.awaitRow(1).bound()).isGreaterThanOrEqualTo(sent * 150L + output);
        }
    }

    @Test
    void countsOfOurOwnMakingAreMarked() throws IOException { // check 156, B19
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS)) {
            for (String usage : new String[] {
                "",
                "null",
                "{}",
                "\"many\"",
                "{\"prompt_tokens\":-5,\"completion_tokens\":3}",
                "{\"prompt_tokens\":9223372036854775808,\"completion_tokens\":3}",
                "{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":3}",
                "{\"prompt_tokens\":\"12\",\"completion_tokens\":\"3\"}"
            }) {
                upstream.on("deepseek", Answers.of("Hello", " there").usage(usage));
                assertThat(gateway.stream("deepseek/deepseek-flash").status())
                        .as(usage)
                        .isEqualTo(200);
                assertThat(gateway.chat("deepseek/deepseek-flash").status())
                        .as(usage)
                        .isEqualTo(200);
            }
            assertThat(gateway.awaitLedger(16)).allSatisfy(row -> {
                assertThat(row.estimated()).isTrue();
                assertThat(row.settled()).isTrue();
                assertThat(row.cost()).isPositive();
            });
        }
    }

    @Test
    void aCountThatNoModelReachesIsAnEstimateFromAnOllamaServerToo() throws IOException { // B19
        for (String count : new String[] {"2147483647", "-3", "1e3", "\"7\""}) {
            upstream.on(
                    "ollama-cloud",
                    Scripts.body(
                            "application/json",
                            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":true,"
                                    + "\"done_reason\":\"stop\",\"prompt_eval_count\":" + count + ",\"eval_count\":"
                                    + count + "}"));
            try (TestGateway gateway = TestGateway.start(
                            upstream,
                            TestGateway.QUICK + "providers: {ollama-cloud: {url: $UP/ollama-cloud, key: k}}\n")
                    .withoutSums()) {
                assertThat(gateway.chat("ollama-cloud/deepseek-v4-flash").status())
                        .isEqualTo(200);
                LedgerRow row = gateway.awaitRow(1);
                assertThat(row.estimated()).as(count).isTrue();
                assertThat(row.cost()).as(count).isPositive().isLessThanOrEqualTo(row.bound());
            }
        }
    }

    @Test
    void impossibleCountsNeverMakeMoneyNegativeOrOverflow() throws IOException { // section 8, I5
        String[] lies = {
            "{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":9223372036854775807}",
            "{\"prompt_tokens\":1e300,\"completion_tokens\":5}",
            "{\"prompt_tokens\":\"12\",\"completion_tokens\":\"3\"}",
            "{\"prompt_tokens\":10,\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":99}}",
            "{\"prompt_tokens\":10,\"completion_tokens\":3,\"completion_tokens_details\":{\"reasoning_tokens\":99}}",
            "{\"prompt_tokens\":10,\"completion_tokens\":3,\"cost\":-4}",
            "{\"prompt_tokens\":10,\"completion_tokens\":3,\"cost\":\"NaN\"}",
            "{\"prompt_tokens\":10,\"completion_tokens\":3,\"cost\":1e99}",
            "[1,2]",
            "99999999999999999999999999"
        };
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS).withoutSums()) {
            for (String lie : lies) {
                upstream.on("openrouter", Answers.of("Hi").usage(lie));
                assertThat(gateway.stream("openrouter/deepseek/deepseek-v3.2").status())
                        .as(lie)
                        .isEqualTo(200);
                assertThat(gateway.chat("openrouter/deepseek/deepseek-v3.2").status())
                        .as(lie)
                        .isEqualTo(200);
            }
            assertThat(gateway.awaitLedger(2 * lies.length)).allSatisfy(row -> {
                assertThat(row.settled()).isTrue();
                assertThat(row.cost()).as("no lie makes a call free").isPositive();
                assertThat(row.cost()).as("or dearer than it can have been").isLessThanOrEqualTo(row.bound());
            });
        }
    }

    @Test
    void everyTryIsAnAttemptOfItsOwnInTheBook() throws IOException { // B13
        upstream.bill().price("deepseek/deepseek-flash", "0.15", "0.003", "0.60");
        upstream.on(
                "deepseek",
                Scripts.status(500, "one"),
                Scripts.status(502, "two"),
                Scripts.status(500, "three"),
                Answers.of("Hello").tokens(1_000, 0, 20));
        String three = SELLERS.replace("retry: {", "retry: {retries: 3, ");
        try (TestGateway gateway = TestGateway.start(upstream, three)) {
            Reply reply = gateway.chat("deepseek/deepseek-flash");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(gateway.awaitLedger(4))
                    .extracting(LedgerRow::state)
                    .containsExactly("VOIDED", "VOIDED", "VOIDED", "SETTLED");
            assertThat(reply.header("x-sluice-cost")).isEqualTo("0.000162");
        }
    }

    @Test
    void aFailedAttemptsTokensAreInTheBookBesideTheGoodOnes() throws IOException { // check 155
        upstream.bill().price("deepseek/deepseek-flash", "0.15", "0.003", "0.60");
        upstream.on("openrouter", Scripts.headThenSilence());
        String chain = SELLERS.replace("key: k2}", "key: k2, first-content: 150ms, whole-answer: 150ms}")
                + "models:\n  w: {order: written, chain: [openrouter/deepseek/deepseek-v3.2, deepseek/deepseek-flash]}\n";
        try (TestGateway gateway = TestGateway.start(upstream, chain)) {
            assertThat(gateway.stream("w").header("x-sluice-provider")).isEqualTo("deepseek");
            assertThat(gateway.awaitLedger(2)).extracting(LedgerRow::state).containsExactly("IN_DOUBT", "SETTLED");
            assertThat(gateway.ledger().getFirst().bound()).isPositive();
        }
    }

    @Test
    void headerLedgerStatsMetricsAndReportTellTheSameSum() throws IOException { // I13
        upstream.bill()
                .price("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
                .price("openai/gpt-6-sol", "2", "0.20", "10");
        try (TestGateway gateway = TestGateway.start(upstream, SELLERS)) {
            BigDecimal headers = BigDecimal.ZERO;
            for (int i = 0; i < 5; i++) {
                upstream.on("deepseek", Answers.of("a", "b").tokens(1_000 + i, 17L * i, 331));
                upstream.on("openai", Answers.of("a").tokens(777, 0, 13 + i));
                headers = headers.add(
                        new BigDecimal(gateway.chat("deepseek/deepseek-flash").header("x-sluice-cost")));
                headers = headers.add(
                        new BigDecimal(gateway.chat("openai/gpt-6-sol").header("x-sluice-cost")));
                headers = headers.add(receipt(gateway.stream("deepseek/deepseek-flash")));
                headers =
                        headers.add(receipt(gateway.post("/api/chat", TestGateway.chatBody("openai/gpt-6-sol", true))));
            }
            upstream.on("deepseek", Scripts.cutAt(Answers.of("x"), 3, Cut.FIN));
            assertThat(gateway.chat("deepseek/deepseek-flash").status()).isGreaterThan(499);
            long booked = gateway.awaitLedger(21).stream()
                    .filter(LedgerRow::settled)
                    .mapToLong(LedgerRow::cost)
                    .sum();
            assertThat(dollars(booked)).isEqualByComparingTo(headers);
            assertThat(dollars(upstream.bill().sum())).isEqualByComparingTo(headers);
            assertThat(found(
                            "\"cost\":\"([0-9.]+)\",\"breakers\"",
                            gateway.get("/stats").body()))
                    .isEqualByComparingTo(headers);
            assertThat(metered(gateway.get("/metrics").body())).isEqualByComparingTo(headers);
            try (SqliteReports reports = SqliteReports.open(gateway.data())) {
                Spending all = reports.total(Instant.EPOCH, Instant.parse("2030-01-01T00:00:00Z"));
                assertThat(new BigDecimal(all.cost().toString())).isEqualByComparingTo(headers);
            }
        }
    }

    private static BigDecimal receipt(Reply reply) {
        return found("\"sluice\":\\{\"cost\":\"([0-9.]+)\"", reply.body());
    }

    private static BigDecimal found(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return new BigDecimal(found.group(1));
    }

    private static BigDecimal metered(String metrics) {
        BigDecimal sum = BigDecimal.ZERO;
        Matcher line = Pattern.compile("(?m)^sluice_cost_nanodollars_total\\{[^}]*} ([0-9.eE+-]+)$")
                .matcher(metrics);
        while (line.find()) {
            sum = sum.add(new BigDecimal(line.group(1)));
        }
        return sum.movePointLeft(9);
    }
}
