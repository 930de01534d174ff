package dev.sluice.pipeline;

import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Outcome;
import dev.sluice.model.Money;

/** What all attempts of one call cost together. Lives on one loop. */
final class CallCost {
    private Money spent = Money.ZERO;
    private boolean anythingPriced;
    private boolean anythingUnpriced;

    /** Counts what is settled; what is in doubt or void costs nothing so far. */
    void add(Outcome outcome) {
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

    Cost total() {
        if (anythingUnpriced) {
            return new Cost.Unpriced();
        }
        return anythingPriced ? new Cost.Priced(spent) : new Cost.Free();
    }
}
