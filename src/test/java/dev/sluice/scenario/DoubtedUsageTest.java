package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Bill;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A provider that reports less than what it sent can have. */
class DoubtedUsageTest { // B20
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              ollama-cloud: {url: $UP/ollama-cloud, key: k2}
              own: {kind: openai-compatible, url: $UP/own}
            """;
    private static final String MODEL = "deepseek/deepseek-v3.2"; // 0.27 in, 1.10 out, at every hour
    private static final Answers LONG = Answers.of("four ".repeat(8_000)).tokens(10, 0, 10);

    private final HandClock clock = new HandClock(TestGateway.QUIET_DAY);

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging(MODEL, "0.27", "0.027", "1.10").on("deepseek", reportsTen());

    /** Ten tokens in the answer, ten thousand on the bill. */
    private static Script reportsTen() {
        return visit -> {
            visit.upstream().bill().charge(visit.request(), new Bill.Tokens(10, 0, 10_000));
            boolean stream = visit.request().stream();
            visit.begin(200, stream ? Answers.contentType(visit.request()) : "application/json");
            visit.send(LONG.body(visit.request()));
            visit.end();
        };
    }

    private TestGateway start() throws IOException {
        return TestGateway.start(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock))
                .withoutSums();
    }

    private static long told(TestGateway gateway) {
        return gateway.get("/stats").body().split("\"kind\":\"usage_doubted\"", -1).length - 1L;
    }

    @Test
    void isToldOnceADayAndModelAndCountedEveryTime() throws IOException {
        try (TestGateway gateway = start()) {
            gateway.chat(MODEL);
            gateway.stream(MODEL);
            gateway.post("/api/chat", TestGateway.chatBody(MODEL, false));
            gateway.post("/api/chat", TestGateway.chatBody(MODEL, true));
            gateway.awaitLedger(4);
            assertThat(told(gateway)).isEqualTo(1);
            assertThat(gateway.get("/stats").body())
                    .contains("deepseek reported 10 output tokens for an answer of 40000 characters of deepseek-v3.2");
            assertThat(gateway.get("/metrics").body())
                    .contains("sluice_usage_doubted_total{model=\"deepseek-v3.2\",provider=\"deepseek\"} 4.0");
            clock.advance(Duration.ofDays(1));
            gateway.chat(MODEL);
            assertThat(told(gateway)).isEqualTo(2);
        }
    }

    @Test
    void isBookedByWhatItReports() throws IOException {
        try (TestGateway gateway = start()) {
            Reply reply = gateway.chat(MODEL);
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.estimated()).isFalse();
            assertThat(row.cost()).isEqualTo(10 * 270 + 10 * 1_100);
            assertThat(reply.header("x-sluice-cost")).isEqualTo("0.0000137");
        }
    }

    @Test
    void isSeenBehindAnOllamaServerToo() throws IOException {
        upstream.on("ollama-cloud", LONG);
        try (TestGateway gateway = start()) {
            gateway.post("/api/chat", TestGateway.chatBody("ollama-cloud/gpt-oss:20b", true));
            gateway.chat("ollama-cloud/gpt-oss:20b");
            gateway.awaitLedger(2);
            assertThat(gateway.get("/metrics").body())
                    .contains("sluice_usage_doubted_total{model=\"gpt-oss:20b\",provider=\"ollama-cloud\"} 2.0");
        }
    }

    /** Tokens of common vocabularies hold up to 128 spaces; most of other text is far below that. */
    @ParameterizedTest
    @CsvSource({
        "a word and a thousand spaces, 1, 1000, ' ', 9",
        "a word and many spaces,       1, 20000, ' ', 157",
        "code,                         0, 2000, '    return x;', 10000",
        "Korean,                       0, 10000, 가, 8000",
        "base64,                       0, 20000, Qk1G, 50000",
        "a notice of a filter,         0, 100, 'I cannot help with that. ', 0",
    })
    void isNotSuspectedWhereTheTextCanHaveSoFew(String what, int words, int times, String text, long tokens)
            throws IOException {
        upstream.on(
                "deepseek", Answers.of("x".repeat(words) + text.repeat(times)).tokens(10, 0, tokens));
        try (TestGateway gateway = start()) {
            assertThat(gateway.chat(MODEL).status()).as(what).isEqualTo(200);
            gateway.awaitLedger(1);
            assertThat(told(gateway)).as(what).isZero();
        }
    }

    /** What is echoed was counted as input. */
    @Test
    void isNotSuspectedForAPromptThatComesBack() throws IOException {
        String prompt = "four ".repeat(8_000);
        upstream.on("deepseek", visit -> visit.reply(200, "application/json", """
                {"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"%s",
                "finish_reason":"length"}],"usage":{"prompt_tokens":8000,"completion_tokens":1}}""".formatted(prompt)));
        try (TestGateway gateway = start()) {
            String call = "{\"model\":\"" + MODEL + "\",\"echo\":true,\"max_tokens\":1,\"prompt\":\"" + prompt + "\"}";
            assertThat(gateway.post("/v1/completions", call).status()).isEqualTo(200);
            gateway.awaitLedger(1);
            assertThat(told(gateway)).isZero();
        }
    }

    @Test
    void ofAServerThatChargesNothingNobodyIsTold() throws IOException {
        upstream.on("own", LONG);
        try (TestGateway gateway = start()) {
            assertThat(gateway.chat("own/large").status()).isEqualTo(200);
            gateway.awaitLedger(1);
            assertThat(told(gateway)).isZero();
        }
    }
}
