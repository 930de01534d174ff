package dev.sluice.dialect.openai;

import dev.sluice.dialect.CleanText;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.RetryAfter;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Failure.Upstream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What a provider's refusal means: by its status first, then by its codes, and by its words where nothing else tells. */
final class UpstreamRefusal {
    private UpstreamRefusal() {}

    static Upstream of(int status, Function<String, Optional<String>> header, byte[] body) {
        ErrorObject error = error(body, 0, body.length);
        return of(status, error, RetryAfter.of(header, error.message()));
    }

    static Upstream of(int status, ErrorObject error, Optional<Duration> retryAfter) {
        Kind kind = kind(status, error);
        String message = CleanText.of(error.message(), instead(status, error.param()));
        return new Upstream(kind, status, message, param(error.param()), error.word(), retryAfter);
    }

    /** An answer with status 200 that is not even in the form of an answer. */
    static Upstream notAnAnswer(byte[] bytes, int from, int to) {
        ErrorObject error = error(bytes, from, to);
        return error.isEmpty()
                ? new Upstream(Kind.NONSENSE, 0, "the provider sent something that is not an answer")
                : error.inAnswer();
    }

    /** What a body says of its failure, be it wrapped or not. */
    static ErrorObject error(byte[] body, int from, int to) {
        try (JsonParser parser = Json.parser(body, from, to - from)) {
            return parser.nextToken() == JsonToken.START_OBJECT
                    ? ErrorObject.members(parser, ErrorObject.EMPTY)
                    : ErrorObject.EMPTY;
        } catch (JacksonException _) {
            return ErrorObject.EMPTY; // HTML or text: only the status speaks
        }
    }

    private static String instead(int status, String param) {
        if (status >= 400 && status < 500 && !param.isEmpty()) {
            return "the provider refused the field '" + param(param) + "'";
        }
        return status == 0 ? "the provider reported an error" : "the provider answered with status " + status;
    }

    private static String param(String param) {
        return param.startsWith("body.") ? param.substring("body.".length()) : param;
    }

    private static Kind kind(int status, ErrorObject error) {
        String text = (error.message() + ' ' + error.type() + ' ' + error.code()).toLowerCase(Locale.ROOT);
        return switch (status) {
            case 401 -> Kind.KEY_REFUSED;
            case 402 -> has(text, "in_flight_budget") ? Kind.RATE_LIMITED : Kind.CREDIT_EXHAUSTED;
            case 403 -> forbidden(text);
            case 404 -> missing(text);
            case 410 -> Kind.MODEL_MISSING;
            case 408, 409, 424 -> Kind.SERVER_ERROR;
            case 429 -> tooMany(text);
            case 503, 529 -> Kind.OVERLOADED;
            case 0 -> withoutStatus(text);
            default -> byClass(status, error, text);
        };
    }

    private static Kind byClass(int status, ErrorObject error, String text) {
        if (status >= 500) {
            return seesNothing(text)
                    ? Kind.IMAGES_REFUSED
                    : has(text, "overloaded") ? Kind.OVERLOADED : Kind.SERVER_ERROR;
        }
        return status >= 400 ? wrong(error, text) : Kind.NONSENSE;
    }

    private static Kind forbidden(String text) {
        if (has(text, "moderation", "flagged", "content_filter", "content_policy")) {
            return Kind.CONTENT_FILTERED;
        }
        return has(text, "limit exceeded", "key_limit", "budget", "credits") ? Kind.CREDIT_EXHAUSTED : Kind.KEY_REFUSED;
    }

    /** A route that is missing (TEI, an embedder asked to chat) is not a model that is missing. */
    private static Kind missing(String text) {
        if (seesNothing(text)) {
            return Kind.IMAGES_REFUSED;
        }
        if (has(text, "that support", "does not support")) {
            return Kind.ABILITY_MISSING;
        }
        return has(text, "model", "no endpoints found", "notfounderror", "not_found_error")
                ? Kind.MODEL_MISSING
                : Kind.ABILITY_MISSING;
    }

    private static Kind tooMany(String text) {
        if (has(text, "per minute", "per-minute", "perminute", "per second")) {
            return Kind.RATE_LIMITED;
        }
        boolean spent = has(
                text,
                "quota",
                "usage limit",
                "usage_limit",
                "spend_limit",
                "spend limit",
                "credit_balance",
                "billing",
                "insufficient balance",
                "per-day",
                "per day");
        return spent ? Kind.QUOTA_SPENT : Kind.RATE_LIMITED;
    }

    private static Kind wrong(ErrorObject error, String text) {
        if (tooLong(error, text)) {
            return Kind.CONTEXT_TOO_LONG;
        }
        if (has(text, "content_filter", "content_policy", "moderation")) {
            return Kind.CONTENT_FILTERED;
        }
        if (has(text, "insufficient balance", "insufficient_quota", "credit balance is too low")) {
            return Kind.CREDIT_EXHAUSTED;
        }
        if (has(text, "model_not_found", "not a valid model", "model not exist", "no such model")) {
            return Kind.MODEL_MISSING;
        }
        if (seesNothing(text)) {
            return Kind.IMAGES_REFUSED;
        }
        if (has(text, "n must be 1 when using greedy sampling")) {
            return Kind.SEVERAL_REFUSED;
        }
        if (error.code().startsWith("unsupported_")) {
            return Kind.REQUEST_REFUSED; // without that field the same server will do
        }
        boolean unable = has(
                text,
                "does not support",
                "not supported for this model",
                "is only supported for",
                "tool-call-parser",
                "no endpoints found that support");
        return unable ? Kind.ABILITY_MISSING : Kind.REQUEST_REFUSED;
    }

    /** vLLM; llama.cpp (with status 500); OpenRouter (with 404); DeepSeek, whose parser knows no such part. */
    private static boolean seesNothing(String text) {
        return has(
                text,
                "not a multimodal model",
                "at most 0 image",
                "image input is not supported",
                "support image input",
                "does not support image",
                "unknown variant `image_url`");
    }

    private static boolean tooLong(ErrorObject error, String text) {
        return error.param().equals("input_tokens")
                || error.param().equals("input_text")
                || has(
                        text,
                        "context_length_exceeded",
                        "maximum context length",
                        "exceeds the context length",
                        "context window",
                        "exceed_context_size",
                        "prompt is too long");
    }

    private static Kind withoutStatus(String text) {
        if (has(text, "rate_limit", "rate limit", "too many requests")) {
            return tooMany(text);
        }
        if (has(text, "insufficient_quota", "usage limit")) {
            return Kind.QUOTA_SPENT;
        }
        if (has(text, "overloaded")) {
            return Kind.OVERLOADED;
        }
        return has(text, "server_error", "internalservererror", "provider_unavailable")
                ? Kind.SERVER_ERROR
                : Kind.REQUEST_REFUSED;
    }

    private static boolean has(String text, String... words) {
        return Stream.of(words).anyMatch(text::contains);
    }
}
