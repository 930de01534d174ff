package dev.sluice.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Front.WholeReply;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OllamaFailureTest {
    private final OllamaFront front = new OllamaFront(InstantSource.fixed(Recordings.NOON), OllamaLeniency.NONE);
    private final OllamaBack back = new OllamaBack(InstantSource.fixed(Recordings.NOON));

    @Test
    void readsWhatAStatusAndItsWordsMean() {
        assertThat(kind(404, "{\"error\":\"model 'x' not found\"}")).isEqualTo(Kind.MODEL_MISSING);
        assertThat(kind(400, "{\"error\":\"registry.ollama.ai/library/x:latest does not support tools\"}"))
                .isEqualTo(Kind.ABILITY_MISSING);
        assertThat(kind(400, "{\"error\":\"the input length exceeds the context length\"}"))
                .isEqualTo(Kind.CONTEXT_TOO_LONG);
        assertThat(kind(400, "{\"error\":\"invalid input type\"}")).isEqualTo(Kind.REQUEST_REFUSED);
        assertThat(kind(500, "{\"error\":\"option \\\"seed\\\" must be of type integer\"}"))
                .isEqualTo(Kind.REQUEST_REFUSED);
        assertThat(kind(429, "{\"error\":\"you have reached your weekly usage limit\"}"))
                .isEqualTo(Kind.QUOTA_SPENT);
        assertThat(kind(429, "{\"error\":\"too many concurrent requests\"}")).isEqualTo(Kind.RATE_LIMITED);
        assertThat(kind(402, "{\"error\":\"extra usage only, balance is empty\"}"))
                .isEqualTo(Kind.CREDIT_EXHAUSTED);
        assertThat(kind(503, "{\"error\":\"Server overloaded\"}")).isEqualTo(Kind.OVERLOADED);
        assertThat(kind(500, "{\"error\":\"llama runner process has terminated\"}"))
                .isEqualTo(Kind.SERVER_ERROR);
        assertThat(kind(302, "")).isEqualTo(Kind.NONSENSE);
    }

    private Kind kind(int status, String body) {
        return refusal(status, body).kind();
    }

    @Test
    void leaksNoSignInAddressKeyHostOrPage() { // check 57
        Failure.Upstream signedOut = refusal(
                401, "{\"error\":\"unauthorized\",\"signin_url\":\"https://ollama.com/connect?name=host&key=abc\"}");
        assertThat(signedOut.kind()).isEqualTo(Kind.KEY_REFUSED);
        assertThat(signedOut.message()).isEqualTo("unauthorized");
        assertThat(refusal(
                                500,
                                "{\"error\":\"Post https://10.1.2.3/x: dial tcp 10.1.2.3:443: Bearer sk-secretsecret\"}")
                        .message())
                .doesNotContain("10.1.2.3", "sk-secret");
        assertThat(refusal(502, "<html><body>nginx 1.2</body></html>").message())
                .doesNotContain("nginx");
        assertThat(refusal(500, "x ".repeat(5000)).message().length()).isLessThanOrEqualTo(1000);
    }

    @Test
    void obeysTheProvidersWishToWait() {
        assertThat(refused(Map.of("retry-after", "7")).retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(refused(Map.of(
                                "retry-after",
                                "Fri, 20 Nov 2026 13:39:00 GMT",
                                "date",
                                "Fri, 20 Nov 2026 13:38:35 GMT"))
                        .retryAfter())
                .contains(Duration.ofSeconds(25));
        assertThat(refused(Map.of("retry-after", "soon")).retryAfter()).isEmpty();
        assertThat(refused(Map.of("retry-after-ms", "1500")).retryAfter()).contains(Duration.ofMillis(1500));
        assertThat(refusal(429, "{\"error\":\"too many requests, try again in 20s\"}")
                        .retryAfter())
                .contains(Duration.ofSeconds(20));
    }

    private Failure.Upstream refused(Map<String, String> headers) {
        return back.refusal(429, name -> Optional.ofNullable(headers.get(name)), new byte[0]);
    }

    private Failure.Upstream refusal(int status, String body) {
        return back.refusal(status, _ -> Optional.empty(), body.getBytes(UTF_8));
    }

    @Test
    void tellsFailuresInOllamasWords() { // checks 39, 42, 50, 62
        assertThat(told(new Failure.UnknownModel("x"))).isEqualTo("404 {\"error\":\"model 'x' not found\"}");
        assertThat(told(new Failure.Busy("full", Duration.ZERO)))
                .isEqualTo("503 {\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}");
        assertThat(told(new Failure.ClientGone())).isEqualTo("499 {\"error\":\"request canceled\"}");
        assertThat(told(chain(Kind.RATE_LIMITED, 429, "slow down"))).startsWith("429 ");
        assertThat(told(chain(Kind.CONTEXT_TOO_LONG, 400, "(parameter=input_tokens, value=2049)")))
                .isEqualTo("400 {\"error\":\"the input length exceeds the context length\"}");
        assertThat(told(chain(Kind.ABILITY_MISSING, 400, "\"auto\" tool choice requires --enable-auto-tool-choice")))
                .isEqualTo("400 {\"error\":\"registry.ollama.ai/library/x:latest does not support tools\"}");
        assertThat(told(chain(Kind.SERVER_ERROR, 500, "boom"))).isEqualTo("502 {\"error\":\"all failed\"}");
        WholeReply embedder = OllamaRefusals.unknownEmbedder("x");
        assertThat(new String(embedder.body(), UTF_8))
                .isEqualTo("{\"error\":\"model \\\"x\\\" not found, try pulling it first\"}");
    }

    @Test
    void tellsOfAnEmbedderThatIsMissingInItsOwnWordsWhateverNameItWasAskedBy() { // check 42
        Failure.Upstream missing = refusal(404, "{\"error\":\"model \\\"real\\\" not found, try pulling it first\"}");
        String words = "404 {\"error\":\"model \\\"x\\\" not found, try pulling it first\"}";
        assertThat(told(missing)).isEqualTo(words);
        assertThat(told(new Failure.ChainFailed("all failed", Optional.of(missing))))
                .isEqualTo(words);
        assertThat(told(chain(Kind.MODEL_MISSING, 404, "model 'real' not found")))
                .isEqualTo("404 {\"error\":\"model 'x' not found\"}");
    }

    private static Failure chain(Kind kind, int status, String words) {
        return new Failure.ChainFailed("all failed", Optional.of(new Failure.Upstream(kind, status, words)));
    }

    private String told(Failure failure) {
        WholeReply reply = front.refuse(failure, "x", "id");
        assertThat(reply.contentType()).isEqualTo("application/json; charset=utf-8");
        return reply.status() + " " + new String(reply.body(), UTF_8);
    }
}
