package dev.sluice.model;

import java.time.Duration;
import java.util.Optional;

/**
 * An expected failure: what was wrong and what to change. Retry and failover look at the type, never at the text;
 * each dialect maps it to a status and a body in one place.
 */
public sealed interface Failure {

    /** For the caller: what was wrong and, where possible, what to change. Never holds a secret or a host's name. */
    String message();

    /**
     * The caller's request cannot be understood or is not allowed.
     *
     * @param status a 4xx, or 500 where the imitated server answers 500 to this mistake
     * @param param the field at fault; "" where none
     * @param code a machine-readable word; "" where none
     */
    record BadRequest(int status, String message, String param, String code) implements Failure {
        public BadRequest(String message) {
            this(400, message, "", "");
        }
    }

    /** No or a wrong key. */
    record Unauthorized(String message) implements Failure {}

    /** No model of this name is served here. */
    record UnknownModel(String model) implements Failure {
        @Override
        public String message() {
            return "model '" + model + "' not found";
        }
    }

    /**
     * The caller, or everybody together, asks too often.
     *
     * @param allowance of the limit in the way; empty where the caller is told no numbers
     */
    record Throttled(String message, Duration retryAfter, Optional<Allowance> allowance) implements Failure {
        public Throttled(String message, Duration retryAfter) {
            this(message, retryAfter, Optional.empty());
        }
    }

    /**
     * There is no money, or no allowance, left for this call under somebody's limit.
     *
     * @param retryAfter when the limit begins anew; empty where it never does, or where asking again is of no use
     * @param allowance of the limit in the way, where it counts calls or tokens
     */
    record OverBudget(String message, Optional<Duration> retryAfter, Optional<Allowance> allowance) implements Failure {
        public OverBudget(String message, Optional<Duration> retryAfter) {
            this(message, retryAfter, Optional.empty());
        }
    }

    /** The same call still runs; its answer can be had when it has ended. */
    record StillRunning(String message, Duration retryAfter) implements Failure {}

    /** The gateway is full or going down. */
    record Busy(String message, Duration retryAfter) implements Failure {}

    /** Every provider of the chain failed, or none is left to ask. */
    record ChainFailed(String message, Optional<Upstream> last) implements Failure {}

    /** The request's own time is over. */
    record DeadlineExceeded(String message) implements Failure {}

    /** The caller left. Nobody will read this. */
    record ClientGone() implements Failure {
        @Override
        public String message() {
            return "request canceled";
        }
    }

    /** What other gateways have spent of a limit that they share with this one cannot be known, so it lets nothing pass. */
    record SharedStoreUnavailable(String message) implements Failure {}

    /** The ledger cannot make an intent durable, so nothing with a price may be sent. */
    record LedgerUnavailable(String message) implements Failure {}

    /**
     * One provider failed on one attempt.
     *
     * @param kind decides what happens next
     * @param status the provider's HTTP status; 0 where there was none
     * @param message the provider's words, cleaned
     * @param param the field that the provider names; "" where none
     * @param code the provider's machine-readable word; "" where none
     * @param retryAfter the provider's own wish, unclamped
     */
    record Upstream(Kind kind, int status, String message, String param, String code, Optional<Duration> retryAfter)
            implements Failure {

        public Upstream(Kind kind, int status, String message) {
            this(kind, status, message, "", "", Optional.empty());
        }
    }

    /** What an upstream failure means (one row each of the failure table in the docs). */
    enum Kind {
        /** Refused, reset, TLS or DNS trouble before the first byte of an answer. */
        CONNECT,
        /** A connection kept from an earlier call had ended when this one went out on it; says nothing of the provider. */
        STALE_CONNECTION,
        /** As many requests to it wait here as may; says nothing of the provider. */
        NO_CONNECTION_FREE,
        /** Connected, but no content within the time to first token. */
        FIRST_TOKEN_TIMEOUT,
        /** Content began and then nothing came for too long. */
        IDLE_TIMEOUT,
        /** 408, 409, 500, 502, 504. */
        SERVER_ERROR,
        /** 503, 529, "overloaded". */
        OVERLOADED,
        /** 429 about speed. */
        RATE_LIMITED,
        /** 429 about an allowance that is used up for hours or days. */
        QUOTA_SPENT,
        /** 402 and its relatives: no money on the account. */
        CREDIT_EXHAUSTED,
        /** 401, 403: our key. */
        KEY_REFUSED,
        /** 404 or 410 about the model. */
        MODEL_MISSING,
        /** The prompt is longer than this model's window. */
        CONTEXT_TOO_LONG,
        /** This server cannot do what was asked (no tool parser, no schemas ...); another may. */
        ABILITY_MISSING,
        /** This model reads only text; another may see pictures. */
        IMAGES_REFUSED,
        /** This model gives one answer to each call, for it is greedy by itself; asked several times it gives several. */
        SEVERAL_REFUSED,
        /** The request itself is wrong; every provider would say so. */
        REQUEST_REFUSED,
        /** The provider's filter refused the content. */
        CONTENT_FILTERED,
        /** A whole answer that does not fit the JSON schema which the provider was told in the prompt. */
        SCHEMA_MISSED,
        /** A clean end without any content. */
        EMPTY_ANSWER,
        /** Content began and the connection ended, or the provider reported an error in the stream. */
        CUT,
        /** Not an answer at all: HTML as 200, an endless line, wrong types. */
        NONSENSE
    }
}
