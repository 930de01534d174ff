package dev.sluice.pipeline;

import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Outcome;
import dev.sluice.model.Money;
import java.util.Optional;

/** All attempts of one client's call together: how many there may still be, and what they cost. Lives on one loop. */
final class Attempts {
    private final Ceiling ceiling;
    private int most;
    private int count;
    private Money spent = Money.ZERO;
    private Money inDoubt = Money.ZERO;
    private boolean anythingPriced;
    private boolean anythingUnpriced;

    /** @param maxCost what they may cost together; empty where the client did not say */
    Attempts(int most, Optional<Money> maxCost) {
        this.ceiling = new Ceiling(maxCost);
        this.most = most;
    }

    /** The call has been made into several, which need more. */
    void allowMore(int more) {
        most += more;
    }

    /** Whether there have been as many as there may be. */
    boolean usedUp() {
        return count >= most;
    }

    /** @return the new attempt's number, 1 for the first */
    int begin() {
        return ++count;
    }

    Ceiling ceiling() {
        return ceiling;
    }

    int count() {
        return count;
    }

    /** Counts what is settled; what is in doubt costs nothing so far, but might. */
    void booked(Outcome outcome) {
        switch (outcome.state()) {
            case SETTLED -> settled(outcome.cost());
            case IN_DOUBT -> {
                if (outcome.cost() instanceof Cost.Priced(Money bound)) {
                    inDoubt = inDoubt.plus(bound);
                }
            }
            case VOIDED -> {}
        }
    }

    private void settled(Cost cost) {
        switch (cost) {
            case Cost.Free() -> {}
            case Cost.Priced(Money amount) -> {
                anythingPriced = true;
                spent = spent.plus(amount);
            }
            case Cost.Unpriced() -> anythingUnpriced = true;
        }
    }

    /** What attempts whose end nobody saw may have cost at most. */
    Money inDoubt() {
        return inDoubt;
    }

    Cost cost() {
        if (anythingUnpriced) {
            return new Cost.Unpriced();
        }
        return anythingPriced ? new Cost.Priced(spent) : new Cost.Free();
    }
}
