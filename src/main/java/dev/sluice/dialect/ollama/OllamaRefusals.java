package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Front.WholeReply;
import dev.sluice.dialect.ollama.request.GoQuote;
import dev.sluice.model.Failure;
import java.util.Locale;

/** Failures as Ollama's status and words. */
final class OllamaRefusals {
    private static final String TOO_LONG = "the input length exceeds the context length";
    private static final String QUEUE_FULL = "server busy, please try again.  maximum pending requests exceeded";
    private static final int CLIENT_GONE = 499;

    private OllamaRefusals() {}

    static WholeReply reply(Failure failure, String askedModel) {
        return switch (failure) {
            case Failure.BadRequest bad -> reply(bad.status(), bad.message());
            case Failure.Unauthorized wrong -> reply(401, wrong.message());
            case Failure.UnknownModel unknown -> reply(404, unknown.message());
            case Failure.Throttled throttled -> reply(429, throttled.message());
            case Failure.StillRunning running -> reply(409, running.message());
            case Failure.Busy _ -> reply(503, QUEUE_FULL);
            case Failure.ChainFailed chain ->
                chain.last().map(last -> chain(chain, last, askedModel)).orElseGet(() -> reply(503, chain.message()));
            case Failure.DeadlineExceeded late -> reply(504, late.message());
            case Failure.ClientGone gone -> reply(CLIENT_GONE, gone.message());
            case Failure.OverBudget over -> reply(429, over.message());
            case Failure.LedgerUnavailable ledger -> reply(503, ledger.message());
            case Failure.SharedStoreUnavailable store -> reply(503, store.message());
            case Failure.Upstream upstream -> upstream(upstream, upstream.message(), askedModel);
        };
    }

    /** What the embedding routes say where the others say {@code model 'x' not found}. */
    static WholeReply unknownEmbedder(String model) {
        return reply(404, "model " + GoQuote.quoted(model) + " not found, try pulling it first");
    }

    /** What is the caller's own fault is told in the provider's words; anything else in those of the whole chain. */
    private static WholeReply chain(Failure.ChainFailed chain, Failure.Upstream last, String askedModel) {
        boolean callersFault = switch (last.kind()) {
            case REQUEST_REFUSED,
                    CONTENT_FILTERED,
                    CONTEXT_TOO_LONG,
                    ABILITY_MISSING,
                    IMAGES_REFUSED,
                    SEVERAL_REFUSED -> true;
            case CONNECT,
                    STALE_CONNECTION,
                    NO_CONNECTION_FREE,
                    FIRST_TOKEN_TIMEOUT,
                    IDLE_TIMEOUT,
                    SERVER_ERROR,
                    OVERLOADED,
                    RATE_LIMITED,
                    QUOTA_SPENT,
                    CREDIT_EXHAUSTED,
                    KEY_REFUSED,
                    MODEL_MISSING,
                    SCHEMA_MISSED,
                    EMPTY_ANSWER,
                    CUT,
                    NONSENSE -> false;
        };
        return upstream(last, callersFault ? last.message() : chain.message(), askedModel);
    }

    private static WholeReply upstream(Failure.Upstream upstream, String words, String askedModel) {
        return switch (upstream.kind()) {
            case CONTEXT_TOO_LONG -> reply(400, TOO_LONG);
            case IMAGES_REFUSED -> reply(400, fullName(askedModel) + " does not support vision");
            case ABILITY_MISSING -> reply(400, abilityMissing(upstream.message(), askedModel));
            case REQUEST_REFUSED, SEVERAL_REFUSED, CONTENT_FILTERED -> reply(callersStatus(upstream.status()), words);
            case RATE_LIMITED -> reply(429, words);
            case QUOTA_SPENT -> reply(upstream.status() == 429 ? 429 : 503, words);
            case CREDIT_EXHAUSTED, OVERLOADED, NO_CONNECTION_FREE, KEY_REFUSED -> reply(503, words);
            case MODEL_MISSING ->
                upstream.code().equals(ProviderFailures.NOT_PULLED)
                        ? unknownEmbedder(askedModel)
                        : reply(404, new Failure.UnknownModel(askedModel).message());
            case FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT -> reply(504, words);
            case CONNECT, STALE_CONNECTION, SERVER_ERROR, SCHEMA_MISSED, EMPTY_ANSWER, CUT, NONSENSE ->
                reply(502, words);
        };
    }

    private static int callersStatus(int status) {
        return status >= 400 && status < 500 ? status : 400;
    }

    /** One provider's way to say what it cannot do betrays it; Ollama's own sentence says the same. */
    private static String abilityMissing(String words, String model) {
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("thinking")) {
            return GoQuote.quoted(model) + " does not support thinking";
        }
        if (lower.contains("tool")) {
            return fullName(model) + " does not support tools";
        }
        if (lower.contains("suffix") || lower.contains("insert") || lower.contains("fim")) {
            return fullName(model) + " does not support insert";
        }
        if (lower.contains("not found") || lower.contains("support chat")) {
            return GoQuote.quoted(model) + " does not support chat";
        }
        return words;
    }

    private static String fullName(String model) {
        String tagged = model.lastIndexOf(':') > model.lastIndexOf('/') ? model : model + ":latest";
        return switch ((int) model.chars().filter(sign -> sign == '/').count()) {
            case 0 -> "registry.ollama.ai/library/" + tagged;
            case 1 -> "registry.ollama.ai/" + tagged;
            default -> tagged;
        };
    }

    static WholeReply reply(int status, String words) {
        return new WholeReply(status, OllamaFront.WHOLE, OllamaJson.error(words));
    }
}
