package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.Visit;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts that come before the end of a stream, as proxies of Anthropic send them, and streams that do not get there. */
class EarlyCountTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1, idle: 500ms}
            """;
    private static final String MODEL = "deepseek/deepseek-v3.2";
    private static final int WORDS = 300;

    /** 1,500 characters. */
    private static final long ESTIMATE = 500;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private static String chunk(String words, String tail) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"content\":\"" + words + "\"},\"finish_reason\":null}]" + tail + "}\n\n";
    }

    private static String count(long input, long output) {
        return ",\"usage\":{\"prompt_tokens\":" + input + ",\"completion_tokens\":" + output + "}";
    }

    private static String finish(String tail) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]" + tail + "}\n\n";
    }

    /** Counts at once, and then speaks without counting. */
    private static void early(Visit visit) throws IOException {
        visit.begin(200, "text/event-stream");
        visit.send(chunk("", count(10, 1)));
        for (int i = 1; i < WORDS; i++) {
            visit.send(chunk("four ", ""));
        }
        visit.send(chunk("last ", ""));
    }

    private static Script cut(Sending sending) {
        return visit -> {
            sending.to(visit);
            visit.pause(Duration.ofMillis(30));
            visit.close();
        };
    }

    @FunctionalInterface
    private interface Sending {
        void to(Visit visit) throws IOException;
    }

    private TestGateway start(Script script) throws IOException {
        upstream.on("deepseek", script);
        return TestGateway.start(upstream, SETTINGS).withoutSums();
    }

    private static void isEstimated(LedgerRow row, long output) {
        assertThat(row.settled()).isTrue();
        assertThat(row.estimated()).as("marked as estimated").isTrue();
        assertThat(row.input()).as("the prompt had been counted").isEqualTo(10);
        assertThat(row.output()).isEqualTo(output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void isNotTheBillOfAStreamThatIsCut(String path) throws IOException {
        try (TestGateway gateway = start(cut(EarlyCountTest::early))) {
            gateway.post(path, TestGateway.chatBody(MODEL, true));
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.how()).isEqualTo("cut");
            isEstimated(row, ESTIMATE);
        }
    }

    @Test
    void isNotTheBillOfAStreamThatStalls() throws IOException {
        try (TestGateway gateway = start(visit -> {
            early(visit);
            visit.sawHangUp(Duration.ofSeconds(30));
        })) {
            gateway.stream(MODEL);
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.how()).isEqualTo("idle_timeout");
            isEstimated(row, ESTIMATE);
        }
    }

    @Test
    void isNotTheBillOfAStreamWhoseClientLeaves() throws IOException {
        try (TestGateway gateway = start(visit -> {
            early(visit);
            visit.sawHangUp(Duration.ofSeconds(30));
        })) {
            try (RawClient client = gateway.connect()) {
                client.post("/v1/chat/completions", TestGateway.chatBody(MODEL, true))
                        .readUntil("last");
            }
            isEstimated(gateway.awaitRow(1), ESTIMATE);
        }
    }

    /** As vLLM counts on wish, in the chunk that it counts. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void isExactWhereEveryChunkCounts(String path) throws IOException {
        try (TestGateway gateway = start(cut(visit -> {
            visit.begin(200, "text/event-stream");
            for (int i = 1; i <= WORDS; i++) {
                visit.send(chunk("four ", count(10, i)));
            }
        }))) {
            gateway.post(path, TestGateway.chatBody(MODEL, true));
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.estimated()).isFalse();
            assertThat(row.output()).isEqualTo(WORDS);
        }
    }

    @Test
    void isNotTakenBackByASmallerOneOfACutStream() throws IOException {
        try (TestGateway gateway = start(cut(visit -> {
            visit.begin(200, "text/event-stream");
            visit.send(chunk("four ", count(10, 700)));
            visit.send(chunk("four ", count(10, 0)));
        }))) {
            gateway.stream(MODEL);
            isEstimated(gateway.awaitRow(1), 700);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void isNotTakenBackInAWholeAnswerWithoutAnybodyBeingTold(String path) throws IOException {
        try (TestGateway gateway = start(visit -> {
            visit.begin(200, "text/event-stream");
            visit.send(chunk("four ", count(10, 700)));
            visit.send(finish(count(10, 0)));
            visit.send("data: [DONE]\n\n");
            visit.end();
        })) {
            gateway.post(path, TestGateway.chatBody(MODEL, true));
            gateway.awaitRow(1);
            assertThat(gateway.get("/stats").body()).contains("\"kind\":\"usage_doubted\"");
        }
    }
}
