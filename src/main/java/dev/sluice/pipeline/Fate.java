package dev.sluice.pipeline;

import dev.sluice.ledger.book.Standing;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import java.util.Collection;

/** What has become of the money of a call. */
public enum Fate {
    /** Nothing was charged for it, and nothing will be. */
    UNCHARGED,
    /** It may have been charged; nobody knows yet. */
    IN_DOUBT,
    CHARGED;

    /** @param attempts where each of the call's attempts stands now; none where it never asked anybody for money */
    public static Fate of(Collection<Standing> attempts) {
        Fate fate = UNCHARGED;
        for (Standing attempt : attempts) {
            fate = of(attempt).compareTo(fate) > 0 ? of(attempt) : fate;
        }
        return fate;
    }

    private static Fate of(Standing attempt) {
        if (attempt.cost() instanceof Cost.Free) {
            return UNCHARGED;
        }
        return switch (attempt.state()) {
            case VOIDED -> UNCHARGED;
            case IN_DOUBT -> IN_DOUBT;
            case SETTLED -> attempt.isUnpriced() || attempt.charged().compareTo(Money.ZERO) > 0 ? CHARGED : UNCHARGED;
        };
    }
}
