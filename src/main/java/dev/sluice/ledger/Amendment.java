package dev.sluice.ledger;

import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * A later word about an attempt that has ended: one in doubt that was resolved, another price, the provider's own bill.
 * The attempt itself is never changed. Of several amendments the youngest holds, whichever way round they arrive.
 *
 * @param id unique among the attempt's amendments, at most 200 characters; the same one again changes nothing
 * @param at when this became known; it decides which amendment is the youngest, then the id does
 * @param state settled or voided; an amendment leaves nothing in doubt
 * @param cost what the attempt costs from now on, never negative
 * @param usage what it consumed, where that has become known too; empty leaves the counts as they were
 * @param priceVersion names the price row that holds now; "" where none does
 * @param why in a few words
 */
public record Amendment(
        String attemptId,
        String id,
        Instant at,
        Outcome.State state,
        Cost cost,
        Optional<Usage> usage,
        String priceVersion,
        String why) {

    private static final int LONGEST_ID = 200;

    /** The youngest comes last. */
    public static final Comparator<Amendment> BY_AGE =
            Comparator.comparing(Amendment::at).thenComparing(Amendment::id);

    public Amendment {
        if (attemptId.isEmpty() || id.isEmpty()) {
            throw new IllegalArgumentException("an amendment names its attempt and itself");
        }
        if (id.length() > LONGEST_ID) {
            throw new IllegalArgumentException("an amendment's id has at most " + LONGEST_ID + " characters");
        }
        if (state == Outcome.State.IN_DOUBT) {
            throw new IllegalArgumentException("an amendment says settled or voided");
        }
        if (cost instanceof Cost.Priced(Money amount) && amount.nanos() < 0) {
            throw new IllegalArgumentException("a cost is not negative");
        }
    }
}
