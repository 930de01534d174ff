package dev.sluice.dialect.ollama;

import dev.sluice.dialect.RetryAfter;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Failure.Upstream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What an Ollama server's refusals mean. */
final class ProviderFailures {
    /** The code of what an embedding route says of a model that is missing; the other routes have other words. */
    static final String NOT_PULLED = "not_pulled";

    private ProviderFailures() {}

    /** An answer with a status that is not 2xx. */
    static Upstream refusal(int status, Function<String, Optional<String>> header, byte[] body) {
        String words = ProviderWords.of(body);
        Kind kind = kind(status, words.toLowerCase(Locale.ROOT));
        String code =
                kind == Kind.MODEL_MISSING && words.endsWith(" not found, try pulling it first") ? NOT_PULLED : "";
        return new Upstream(kind, status, words, "", code, RetryAfter.of(header, words));
    }

    /** An error line in a stream that had begun, or an error as the answer with status 200. */
    static Upstream inAnswer(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        Kind kind = isQuota(lower) ? Kind.QUOTA_SPENT : isOverload(lower) ? Kind.OVERLOADED : Kind.CUT;
        return new Upstream(kind, 0, ProviderWords.cleaned(words));
    }

    private static Kind kind(int status, String words) {
        return switch (status) {
            case 401, 403 -> Kind.KEY_REFUSED;
            case 402 -> Kind.CREDIT_EXHAUSTED;
            case 404, 410 -> words.startsWith("404 page") ? Kind.ABILITY_MISSING : Kind.MODEL_MISSING;
            case 408, 409, 499 -> Kind.SERVER_ERROR;
            case 429 -> isQuota(words) ? Kind.QUOTA_SPENT : Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status >= 500 ? broken(words) : status >= 400 ? refused(words) : Kind.NONSENSE;
        };
    }

    private static Kind refused(String words) {
        if (words.contains("does not support") || words.contains("is not supported for this model")) {
            return Kind.ABILITY_MISSING;
        }
        return isTooLong(words) ? Kind.CONTEXT_TOO_LONG : Kind.REQUEST_REFUSED;
    }

    /** Ollama answers 500 to some mistakes of the caller, because it notices them late. */
    private static Kind broken(String words) {
        if (words.startsWith("option \"") || words.startsWith("invalid format:")) {
            return Kind.REQUEST_REFUSED;
        }
        if (isTooLong(words)) {
            return Kind.CONTEXT_TOO_LONG;
        }
        return isOverload(words) ? Kind.OVERLOADED : Kind.SERVER_ERROR;
    }

    private static boolean isTooLong(String words) {
        return words.contains("input length exceeds")
                || words.contains("exceeds the context length")
                || words.contains("exceeds maximum context length");
    }

    private static boolean isQuota(String words) {
        return words.contains("usage limit") || words.contains("quota");
    }

    private static boolean isOverload(String words) {
        return words.contains("overloaded") || words.contains("server busy");
    }
}
