package dev.sluice.job.run;

import java.time.Duration;
import java.util.Optional;

/** What a reply means for its row and its run. Pure. */
sealed interface Verdict {
    /** Failures that the gateway has tried to mend already are only repeated so often. */
    int MOST_TRIES = 3;

    Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /** The row has its answer. */
    record Answered() implements Verdict {}

    /** The row is to be asked again after a while. */
    record Again(Duration pause) implements Verdict {}

    /**
     * The gateway died while it answered the row, and may have been charged: the row is to be asked as another call. It is a
     * row of the job's owner, who wants its answer; the ledger has both calls.
     */
    record Anew() implements Verdict {}

    /** The row has failed and will not get better. */
    record Failed() implements Verdict {}

    /** No row of this run can be asked any more. */
    record End(String why) implements Verdict {}

    /** @param tries how many have been made of this row, at least 1 */
    static Verdict of(Reply reply, int tries) {
        if (reply.good()) {
            return new Answered();
        }
        String code = reply.answer().code();
        return switch (reply.status()) {
            case 401, 403 ->
                new End("the gateway refuses the key (" + reply.words() + "); name one with --key or SLUICE_KEY");
            case 402 -> new End(reply.words());
            case 409 -> conflict(reply, tries);
            case 429 ->
                code.equals("budget_exceeded") || code.equals("insufficient_quota")
                        ? new End(reply.words())
                        : again(reply, tries);
            // It was given what it takes, so something else took of it, such as an attempt that failed.
            case 400 -> reply.isTooDear() && tries < MOST_TRIES ? again(reply, tries) : new Failed();
            case 0, 503 -> again(reply, tries);
            case 500, 502, 504 -> tries < MOST_TRIES ? again(reply, tries) : new Failed();
            default -> new Failed();
        };
    }

    private static Verdict conflict(Reply reply, int tries) {
        return switch (reply.answer().code()) {
            case "idempotency_key_in_use" -> again(reply, tries);
            case "idempotency_key_in_doubt", "idempotency_answer_lost" ->
                tries < MOST_TRIES ? new Anew() : new Failed();
            default -> new Failed();
        };
    }

    private static Verdict again(Reply reply, int tries) {
        Duration backoff = Duration.ofSeconds(1L << Math.min(tries - 1, 5));
        Duration wait = reply.retryAfter().orElse(backoff);
        return new Again(Optional.of(wait)
                .filter(time -> time.compareTo(LONGEST_WAIT) < 0)
                .orElse(LONGEST_WAIT));
    }
}
