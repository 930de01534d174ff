package dev.sluice.job.run;

import dev.sluice.model.Money;
import java.time.Duration;
import java.util.Optional;

/** What a reply means for its row and its run. Pure. */
sealed interface Verdict {
    /** Failures that the gateway has tried to mend already are only repeated so often. */
    int MOST_TRIES = 3;

    /** The first pause at the least, also where the gateway asks for none; each one after it is twice as long, up to a bound. */
    Duration LEAST_WAIT = Duration.ofMillis(50);

    int MOST_DOUBLINGS = 7;

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

    /**
     * What a row has gone through, this try included.
     *
     * @param tries how many were made in this start of the run, at least 1
     * @param failures see {@link RowPast}
     * @param lives under how many keys it was asked, at least 1
     */
    record Past(int tries, int failures, int lives) {}

    static Verdict of(Reply reply, Past past) {
        if (reply.good()) {
            return new Answered();
        }
        String code = reply.answer().code();
        return switch (reply.status()) {
            case 401, 403 ->
                new End("the gateway refuses the key (" + reply.words() + "); name one with --key or SLUICE_KEY");
            case 402 -> new End(reply.words());
            case 409 -> conflict(reply, past);
            case 429 ->
                code.equals("budget_exceeded") || code.equals("insufficient_quota")
                        ? new End(reply.words())
                        : unlessPaid(reply, past);
            // It was given what it takes, so something else took of it, such as an attempt that failed.
            case 400 -> reply.isTooDear() && past.failures() < MOST_TRIES ? again(reply, past) : new Failed();
            case 0 -> again(reply, past);
            case 503 -> unlessPaid(reply, past);
            case 500, 502, 504 -> past.failures() < MOST_TRIES ? again(reply, past) : new Failed();
            default -> new Failed();
        };
    }

    /** Whether the row counts it as a failure that is repeated only so often. */
    static boolean isFailure(Reply reply) {
        return switch (reply.status()) {
            case 500, 502, 504 -> true;
            case 400 -> reply.isTooDear();
            case 429, 503 -> isPaid(reply);
            default -> false;
        };
    }

    /** Who only has to wait pays nothing; what was asked and failed at a price is not asked for ever. */
    private static Verdict unlessPaid(Reply reply, Past past) {
        return isPaid(reply) && past.failures() >= MOST_TRIES ? new Failed() : again(reply, past);
    }

    private static boolean isPaid(Reply reply) {
        return !reply.share().equals(Optional.of(Money.ZERO));
    }

    private static Verdict conflict(Reply reply, Past past) {
        if (reply.answer().code().equals("idempotency_key_in_use")) {
            return again(reply, past);
        }
        return reply.isAboutLostCall() && past.lives() < MOST_TRIES ? new Anew() : new Failed();
    }

    private static Verdict again(Reply reply, Past past) {
        Duration backoff = Duration.ofSeconds(1L << Math.min(past.tries() - 1, 5));
        Duration least = LEAST_WAIT.multipliedBy(1L << Math.min(past.tries() - 1, MOST_DOUBLINGS));
        Duration wait = reply.retryAfter().orElse(backoff);
        Duration longer = wait.compareTo(least) > 0 ? wait : least;
        return new Again(longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT);
    }
}
