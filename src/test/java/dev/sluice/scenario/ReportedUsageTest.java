package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts that come more than once, or where nobody looks for them. What is booked is the last that can be. */
class ReportedUsageTest { // B19
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k}
            """;
    private static final String MODEL = "deepseek/deepseek-flash"; // 0.15 in, 0.60 out
    private static final List<String> CHOICES = List.of(
            "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}",
            "");

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    /**
     * What is booked for a client of the same dialect and for one of another.
     *
     * @param counts of the first chunk, the one with content, the one with the finish reason and the last; - for none
     */
    private List<LedgerRow> booked(String counts, BigDecimal charged) throws IOException {
        String[] each = counts.split(" ", -1);
        upstream.on("deepseek", visit -> {
            visit.upstream().bill().charge(visit.request().attemptId(), charged);
            visit.begin(200, "text/event-stream");
            for (int chunk = 0; chunk < each.length; chunk++) {
                visit.send(
                        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
                                + CHOICES.get(chunk) + "]" + usage(each[chunk]) + "}\n\n");
            }
            visit.send("data: [DONE]\n\n");
            visit.end();
        });
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.stream(MODEL).status()).isEqualTo(200);
            assertThat(gateway.post("/api/chat", TestGateway.chatBody(MODEL, true))
                            .status())
                    .isEqualTo(200);
            return gateway.awaitLedger(2);
        }
    }

    private static String usage(String count) {
        String[] both = count.split("/", -1);
        return count.equals("-")
                ? ""
                : ",\"usage\":{\"prompt_tokens\":" + both[0] + ",\"completion_tokens\":" + both[1] + "}";
    }

    @ParameterizedTest
    @CsvSource({
        "in the last chunk,          - - - 10/3",
        "twice,                      - - 10/3 10/3",
        "growing,                    10/0 10/1 10/2 10/3",
        "shrinking,                  10/90 10/50 10/4 10/3",
        "with the finish reason,     - - 10/3 -",
        "with the content,           - 10/3 - -",
        "with the role,              10/3 - - -",
        "and then nonsense,          - - 10/3 -1/3",
        "and then one too large,     - - 10/3 9223372036854775808/3",
        "and then no model's,        - - 10/3 10/100000001",
        "and then text,              - - 10/3 \"10\"/\"3\"",
        "after nonsense,             -5/1 -5/1 -5/1 10/3",
        "after zeros,                0/0 0/0 0/0 10/3",
        "and then zeros,             - - 10/3 0/0",
    })
    void theLastCountThatCanBeIsBookedAsItCame(String where, String counts) throws IOException {
        assertThat(booked(counts, new BigDecimal("0.0000033"))).allSatisfy(row -> {
            assertThat(row.settled()).as(where).isTrue();
            assertThat(row.cost()).as(where).isEqualTo(3_300);
            assertThat(row.estimated()).as(where).isFalse();
        });
    }

    private static final String BOTH = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k}
              ollama-cloud: {url: $UP/ollama-cloud, key: k}
            prices: PRICES
            """;
    private static final List<String> MODELS = List.of("deepseek/m", "ollama-cloud/m");

    @TempDir
    private Path folder;

    private TestGateway both() throws IOException {
        Path prices = Files.writeString(folder.resolve("prices.csv"), """
                provider,model,input,output,source,seen
                deepseek,m,0.15,0.60,us,2026-11-21
                ollama-cloud,m,0.15,0.60,us,2026-11-21
                """);
        return TestGateway.start(upstream, BOTH.replace("PRICES", prices.toString()));
    }

    /** Of both kinds of server for both kinds of client, streamed and not. */
    private static List<LedgerRow> everyWay(TestGateway gateway) {
        for (String model : MODELS) {
            for (boolean stream : List.of(true, false)) {
                gateway.post("/v1/chat/completions", TestGateway.chatBody(model, stream));
                gateway.post("/api/chat", TestGateway.chatBody(model, stream));
            }
        }
        return gateway.awaitLedger(8);
    }

    private void answer(String openAi, String ollama, String... words) {
        upstream.on("deepseek", Answers.of(words).usage(openAi));
        upstream.on("ollama-cloud", Answers.of(words).usage(ollama));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing      | ''           | ''",
                "null         | null         | '\"prompt_eval_count\":null,\"eval_count\":null'",
                "half missing | {'completion_tokens':3} | '\"eval_count\":3'",
                "zero         | {'prompt_tokens':0,'completion_tokens':0} | '\"prompt_eval_count\":0,\"eval_count\":0'",
                "negative     | {'prompt_tokens':-10,'completion_tokens':3} | '\"prompt_eval_count\":-10,\"eval_count\":3'",
                "2^63         | {'prompt_tokens':9223372036854775808,'completion_tokens':3} |"
                        + " '\"prompt_eval_count\":9223372036854775808,\"eval_count\":3'",
                "a string     | {'prompt_tokens':'10','completion_tokens':'3'} |"
                        + " '\"prompt_eval_count\":\"10\",\"eval_count\":\"3\"'",
            })
    void forWordsWithoutACountThatCanBeAnEstimateIsBooked(String what, String openAi, String ollama)
            throws IOException {
        answer(openAi.replace('\'', '"'), ollama, "Hello", " there");
        try (TestGateway gateway = both()) {
            assertThat(everyWay(gateway)).as(what).allSatisfy(row -> {
                assertThat(row.settled()).isTrue();
                assertThat(row.estimated()).isTrue();
                assertThat(row.cost()).isPositive().isLessThanOrEqualTo(row.bound());
            });
            assertThat(gateway.get("/stats").body().contains("usage_doubted"))
                    .as("zeros for words are a contradiction")
                    .isEqualTo(what.equals("zero"));
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 3, 3300", "10, 0, 1500", "0, 3, 1800"})
    void aCountThatCanBeIsBookedAsItCame(long input, long output, long nanos) throws IOException {
        upstream.charging("deepseek/m", "0.15", "0.15", "0.60").charging("ollama-cloud/m", "0.15", "0.15", "0.60");
        Answers answer = Answers.of("Hi").tokens(input, 0, output);
        upstream.on("deepseek", answer).on("ollama-cloud", answer);
        try (TestGateway gateway = both()) {
            assertThat(everyWay(gateway)).allSatisfy(row -> {
                assertThat(row.cost()).isEqualTo(nanos);
                assertThat(row.estimated()).isFalse();
            });
        }
    }

    /** A thinking model whose output limit is spent before it has said a word, at a provider that charges no such answer. */
    @Test
    void zeroStaysZeroWhereNothingWasSaid() throws IOException {
        answer("{\"prompt_tokens\":0,\"completion_tokens\":0}", "\"prompt_eval_count\":0,\"eval_count\":0");
        upstream.on("deepseek", visit -> {
            boolean stream = visit.request().stream();
            String choice = "\"index\":0,\"" + (stream ? "delta" : "message")
                    + "\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"length\"";
            String json = "{\"id\":\"c\",\"created\":1,\"model\":\"m\",\"choices\":[{" + choice
                    + "}],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}";
            visit.begin(200, stream ? "text/event-stream" : "application/json");
            visit.send(stream ? "data: " + json + "\n\ndata: [DONE]\n\n" : json);
            visit.end();
        });
        try (TestGateway gateway = both()) {
            assertThat(everyWay(gateway)).allSatisfy(row -> {
                assertThat(row.settled()).isTrue();
                assertThat(row.cost()).isZero();
                assertThat(row.estimated()).isFalse();
            });
            assertThat(gateway.get("/stats").body()).doesNotContain("usage_doubted");
        }
    }

    /** It is a failure, and tried again. */
    @Test
    void zeroStaysZeroForAnAnswerThatIsEmpty() throws IOException {
        upstream.on("deepseek", Answers.of().usage("{\"prompt_tokens\":0,\"completion_tokens\":0}"));
        try (TestGateway gateway = both()) {
            assertThat(gateway.stream("deepseek/m").status()).isGreaterThanOrEqualTo(500);
            assertThat(gateway.chat("deepseek/m").status()).isGreaterThanOrEqualTo(500);
            assertThat(gateway.awaitLedger(2)).allSatisfy(row -> {
                assertThat(row.state()).isEqualTo("SETTLED");
                assertThat(row.cost()).isZero();
                assertThat(row.estimated()).isFalse();
            });
        }
    }

    @Test
    void zerosForAVectorAreNoCount() throws IOException {
        upstream.on(
                "ollama-cloud",
                visit -> visit.reply(
                        200,
                        "application/json",
                        "{\"model\":\"m\",\"embeddings\":[[0.25,0.5]],\"prompt_eval_count\":0}"));
        try (TestGateway gateway = both()) {
            String body = "{\"model\":\"ollama-cloud/m\",\"input\":\"What is a vector of?\"}";
            assertThat(gateway.post("/api/embed", body).status()).isEqualTo(200);
            assertThat(gateway.post("/v1/embeddings", body).status()).isEqualTo(200);
            assertThat(gateway.awaitLedger(2)).allSatisfy(row -> {
                assertThat(row.estimated()).isTrue();
                assertThat(row.cost()).isPositive();
            });
        }
    }

    /** The model has said something, although the client never sees it. */
    @Test
    void zerosForACallOfAToolThatNobodyOfferedAreNoCount() throws IOException {
        String call = "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"t\","
                + "\"type\":\"function\",\"function\":{\"name\":\"other\",\"arguments\":\"{}\"}}]},"
                + "\"finish_reason\":\"tool_calls\"";
        upstream.on(
                "deepseek",
                visit -> visit.reply(
                        200,
                        "application/json",
                        "{\"id\":\"c\",\"created\":1,\"model\":\"m\",\"choices\":[{" + call
                                + "}],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}"));
        try (TestGateway gateway = both()) {
            gateway.post(
                    "/api/chat",
                    "{\"model\":\"deepseek/m\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                            + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"mine\",\"parameters\":{}}}]}");
            assertThat(gateway.awaitLedger(1)).allSatisfy(row -> {
                assertThat(row.estimated()).isTrue();
                assertThat(row.cost()).isPositive();
            });
        }
    }

    /** Zeros that come before the real count say nothing about a stream that breaks. */
    @Test
    void zerosOfAHalfAnswerAreNoCount() throws IOException {
        upstream.on("deepseek", visit -> {
            visit.begin(200, "text/event-stream");
            visit.send("data: {\"id\":\"c\",\"created\":1,\"model\":\"m\",\"choices\":[" + CHOICES.getFirst()
                    + "],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}\n\n");
            visit.pause(Duration.ofMillis(30));
            visit.close();
        });
        try (TestGateway gateway = both()) {
            assertThat(gateway.stream("deepseek/m").status()).isGreaterThanOrEqualTo(500);
            assertThat(gateway.awaitLedger(1))
                    .allSatisfy(row -> assertThat(row.state()).isEqualTo("IN_DOUBT"));
        }
    }
}
