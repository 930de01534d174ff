package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.Charset;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON is UTF-8 (RFC 8259, section 8.1): in UTF-16 or UTF-32 nobody could say where in it something stands. */
class WideTextTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              openrouter: {url: $UP/openrouter, key: k2}
            models: {m: [deepseek/deepseek-flash, openrouter/deepseek/deepseek-v3.2]}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @ParameterizedTest // P04
    @CsvSource({
        "UTF-16, /v1/chat/completions",
        "UTF-16LE, /v1/chat/completions",
        "UTF-16BE, /api/chat",
        "UTF-32, /api/generate",
        "UTF-32LE, /v1/completions",
        "UTF-32BE, /v1/embeddings"
    })
    void inARequestIsRefusedAndNothingIsSent(String charset, String path) throws IOException {
        String text = """
                {"model":"m","max_tokens":5,"prompt":"hi","input":"hi","messages":[{"role":"user","content":"hi"}]}""";
        byte[] body = text.getBytes(Charset.forName(charset));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS);
                RawClient client = gateway.connect()) {
            String reply = client.send(
                            "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                                    + body.length + "\r\n\r\n")
                    .send(body)
                    .readAll();
            assertThat(reply).startsWith("HTTP/1.1 400");
            assertThat(upstream.visits()).isEmpty();
            assertThat(gateway.ledger()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32BE"})
    void inAnAnswerIsNoAnswerAndTheNextProviderGivesOne(String charset) throws IOException {
        String whole = """
                {"id":"a","object":"chat.completion","created":1,"model":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
        upstream.on("deepseek", visit -> {
            visit.reply(200, "application/json", whole.getBytes(Charset.forName(charset)));
        });
        upstream.on("openrouter", Answers.of("Hello"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS).withoutSums()) {
            Reply reply = gateway.chat("m");
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(reply.body()).contains("Hello");
            assertThat(gateway.awaitLedger(2)).extracting(LedgerRow::how).contains("nonsense", "ok");
        }
    }
}
