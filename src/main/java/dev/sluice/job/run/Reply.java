package dev.sluice.job.run;

import dev.sluice.dialect.batch.BatchAnswer;
import dev.sluice.dialect.batch.BatchResult.Origin;
import dev.sluice.model.Money;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * What the gateway said to one try.
 *
 * @param status 0 where nothing came; what an error says of itself where its head went out before it was known
 * @param cost of the try; empty where the price is not known
 * @param bound the most that it may have cost, where the gateway tells
 * @param inDoubt what it may have cost beside {@code cost}, because nobody saw the end of an attempt
 * @param lost whether it was sent and nobody knows what became of it
 * @param replayed whether it is the answer to an earlier call under the same key, which has paid for it
 * @param retryAfter the gateway's own wish
 */
record Reply(
        int status,
        byte[] body,
        BatchAnswer answer,
        Optional<Money> cost,
        Optional<Money> bound,
        Money inDoubt,
        boolean lost,
        boolean replayed,
        Origin origin,
        Optional<Duration> retryAfter,
        String trouble) {
    private static final int SHOWN = 300;

    /** @param lost whether it was sent all the same */
    static Reply nothing(String trouble, boolean lost) {
        return new Reply(
                0,
                new byte[0],
                BatchAnswer.read(new byte[0]),
                Optional.of(Money.ZERO),
                Optional.empty(),
                Money.ZERO,
                lost,
                false,
                Origin.NOBODY,
                Optional.empty(),
                trouble);
    }

    boolean good() {
        return status >= 200 && status < 300 && answer.whole() && !answer.refused();
    }

    /** What the try counts as where money is limited: all that it might have cost, where nobody knows what it did. */
    Money toll(Optional<Money> most) {
        return lost || cost.isEmpty() ? most.orElse(Money.ZERO) : cost.get().plus(inDoubt);
    }

    /**
     * What it adds to its row's cost; empty where nobody here knows it: the ledger has what a lost call cost, or may have, and
     * one that is answered from what was kept costs nothing itself.
     */
    Optional<Money> share() {
        boolean hidden = lost || replayed || isAboutLostCall() || !inDoubt.equals(Money.ZERO);
        return hidden ? Optional.empty() : cost;
    }

    /** Whether an earlier call under the same key may have been charged, and its answer is gone. */
    boolean isAboutLostCall() {
        String code = answer.code();
        return code.equals("idempotency_key_in_doubt") || code.equals("idempotency_answer_lost");
    }

    /** Whether it was not sent on because it might cost more than it was allowed. */
    boolean isTooDear() {
        return answer.code().equals("max_cost_exceeded");
    }

    /**
     * Whether it was not sent on because it needs a larger share than this one. Where the gateway asks for no more than it was
     * given, a larger one would not help.
     */
    boolean wantsMoreThan(Optional<Money> share) {
        return isTooDear()
                && share.isPresent()
                && bound.filter(needed -> needed.compareTo(share.get()) <= 0).isEmpty();
    }

    /** What went wrong, for people. */
    String words() {
        if (status == 0) {
            return trouble;
        }
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String shown = text.substring(0, Math.min(SHOWN, text.length()));
        return status + ": " + answer.words().orElse(shown.isEmpty() ? "no answer" : shown);
    }
}
