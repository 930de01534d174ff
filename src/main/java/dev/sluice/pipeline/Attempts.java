package dev.sluice.pipeline;

import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Outcome;
import dev.sluice.model.Money;

/** All attempts of one client's call together: how many there may still be, and what they cost. Lives on one loop. */
final class Attempts {
    private int most;
    private int count;
    private Money spent = Money.ZERO;
    private boolean anythingPriced;
    private boolean anythingUnpriced;

    Attempts(int most) {
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

    int count() {
        return count;
    }

    /** Counts what is settled; what is in doubt or void costs nothing so far. */
    void booked(Outcome outcome) {
        if (outcome.state() != Outcome.State.SETTLED) {
            return;
        }
        switch (outcome.cost()) {
            case Cost.Free() -> {}
            case Cost.Priced(Money amount) -> {
                anythingPriced = true;
                spent = spent.plus(amount);
            }
            case Cost.Unpriced() -> anythingUnpriced = true;
        }
    }

    Cost cost() {
        if (anythingUnpriced) {
            return new Cost.Unpriced();
        }
        return anythingPriced ? new Cost.Priced(spent) : new Cost.Free();
    }
}
