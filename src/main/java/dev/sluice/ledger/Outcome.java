package dev.sluice.ledger;

import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Usage;
import java.time.Instant;
import java.util.Optional;

/**
 * How one attempt ended.
 *
 * @param status the provider's HTTP status; 0 where there was none
 * @param how one lower-case word: {@code ok}, {@code cancelled}, or the failure's kind
 * @param answeredBy the model that the provider says has answered; "" where it does not say
 * @param receipt the provider's own name for this answer, by which it can be asked about later; "" where it gave none
 * @param savings what it did not cost
 * @param sentNanos from the request's arrival to the sending of this attempt
 * @param firstContentNanos from the request's arrival to the first content; 0 where none came
 * @param totalNanos from the request's arrival to the attempt's end
 */
public record Outcome(
        String attemptId,
        State state,
        Instant at,
        Optional<Usage> usage,
        Cost cost,
        int status,
        String how,
        String answeredBy,
        String receipt,
        Savings savings,
        long sentNanos,
        long firstContentNanos,
        long totalNanos) {

    /** Where an attempt's money stands. */
    public enum State {
        /** Charged at {@link Outcome#cost}. */
        SETTLED,
        /** Nothing was sent, or the provider does not bill what happened. */
        VOIDED,
        /** The provider may bill; the intent's bound stays reserved until somebody finds out. */
        IN_DOUBT
    }
}
