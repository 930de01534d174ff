package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.FRONT;
import static dev.sluice.dialect.openai.Calls.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Front.WholeReply;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What a provider's refusals mean, and how failures are told to a client. */
class OpenAiFailureTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static Failure.Upstream refusal(int status, String body, String... headers) {
        Function<String, Optional<String>> lookup = name -> {
            for (int i = 0; i < headers.length; i += 2) {
                if (headers[i].equals(name)) {
                    return Optional.of(headers[i + 1]);
                }
            }
            return Optional.empty();
        };
        return BACK.refusal(status, lookup, bytes(body));
    }

    @Test
    void judgesRefusalsByStatusCodeAndWords() { // check 99, 101, 139, 140, 142
        assertThat(refusal(401, "{\"error\":{\"message\":\"Incorrect API key provided: sk-abcdefgh1234\"}}"))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.KEY_REFUSED))
                .satisfies(failure -> assertThat(failure.message()).doesNotContain("sk-"));
        assertThat(refusal(402, "").kind()).isEqualTo(Kind.CREDIT_EXHAUSTED);
        assertThat(refusal(429, "{\"error\":{\"message\":\"x\",\"code\":\"insufficient_quota\"}}")
                        .kind())
                .isEqualTo(Kind.QUOTA_SPENT);
        assertThat(refusal(429, "{\"error\":\"you have reached your weekly usage limit\"}")
                        .kind())
                .isEqualTo(Kind.QUOTA_SPENT);
        assertThat(refusal(429, "").kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(refusal(503, "<html>").kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(refusal(503, "<html>secret host</html>").message()).doesNotContain("html");
        assertThat(refusal(529, "").kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(refusal(500, "").kind()).isEqualTo(Kind.SERVER_ERROR);
        assertThat(refusal(404, "{\"detail\":\"Not Found\"}").kind()).isEqualTo(Kind.ABILITY_MISSING);
        assertThat(refusal(422, "{\"message\":\"too many inputs\",\"code\":422,\"type\":\"validation\"}"))
                .isEqualTo(
                        new Failure.Upstream(Kind.REQUEST_REFUSED, 422, "too many inputs", "", "", Optional.empty()));
        assertThat(refusal(400, "{\"error\":{\"message\":\"" + "x".repeat(5_000) + "\"}}")
                        .message())
                .hasSize(1_000);
    }

    @Test
    void readsEveryFormOfRetryAfter() { // check 141
        assertThat(refusal(429, "", "retry-after", "42").retryAfter()).contains(Duration.ofSeconds(42));
        assertThat(refusal(429, "", "retry-after-ms", "1500", "retry-after", "2")
                        .retryAfter())
                .contains(Duration.ofMillis(1500));
        assertThat(refusal(
                                429,
                                "",
                                "retry-after",
                                "Fri, 20 Nov 2026 13:52:06 GMT",
                                "date",
                                "Fri, 20 Nov 2026 13:51:06 GMT")
                        .retryAfter())
                .contains(Duration.ofSeconds(60));
        assertThat(refusal(429, "", "retry-after", "soon").retryAfter()).isEmpty();
        assertThat(refusal(429, "{\"error\":{\"message\":\"Please try again in 1.5s.\"}}")
                        .retryAfter())
                .contains(Duration.ofMillis(1500));
    }

    private static JsonNode error(Failure failure, int status) {
        WholeReply reply = FRONT.refuse(failure, "alias", "r1");
        assertThat(reply.status()).isEqualTo(status);
        JsonNode error = MAPPER.readTree(reply.body()).path("error");
        assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(error.path("code").isString() || error.path("code").isNull()).isTrue();
        return error;
    }

    private static Failure chain(Kind kind, int status) {
        return new Failure.ChainFailed(
                "All providers failed.",
                Optional.of(new Failure.Upstream(
                        kind, status, "their words", "max_tokens", "their_code", Optional.empty())));
    }

    @Test
    void refusesInTheWordsOfOpenAi() { // check 101
        assertThat(error(new Failure.UnknownModel("x"), 404).path("code").asString())
                .isEqualTo("model_not_found");
        assertThat(error(new Failure.Throttled("slow", Duration.ofSeconds(1)), 429)
                        .path("code")
                        .asString())
                .isEqualTo("rate_limit_exceeded");
        assertThat(error(new Failure.Unauthorized("who?"), 401).path("code").asString())
                .isEqualTo("invalid_api_key");
        error(new Failure.Busy("full", Duration.ofSeconds(1)), 503);
        error(new Failure.DeadlineExceeded("late"), 504);
        error(new Failure.LedgerUnavailable("no ledger"), 503);
        error(new Failure.ClientGone(), 499);
        error(new Failure.ChainFailed("none left", Optional.empty()), 503);
    }

    @Test
    void keepsTheClassOfTheLastFailureWithoutTellingSecrets() {
        assertThat(error(chain(Kind.RATE_LIMITED, 429), 429).path("type").asString())
                .isEqualTo("rate_limit_error");
        assertThat(error(chain(Kind.CONTEXT_TOO_LONG, 400), 400).path("code").asString())
                .isEqualTo("context_length_exceeded");
        assertThat(error(chain(Kind.REQUEST_REFUSED, 422), 422).path("message").asString())
                .isEqualTo("their words");
        for (Kind kind : List.of(Kind.KEY_REFUSED, Kind.CREDIT_EXHAUSTED, Kind.QUOTA_SPENT)) {
            assertThat(error(chain(kind, 401), 503).path("message").asString()).doesNotContain("their words");
        }
        error(chain(Kind.SERVER_ERROR, 500), 502);
        error(chain(Kind.FIRST_TOKEN_TIMEOUT, 0), 504);
        error(chain(Kind.MODEL_MISSING, 404), 404);
    }
}
