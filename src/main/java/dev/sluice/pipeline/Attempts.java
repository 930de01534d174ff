package dev.sluice.pipeline;

import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import dev.sluice.pipeline.money.Ceiling;
import java.util.Optional;
import java.util.PriorityQueue;

/** All attempts of one client's call together: how many there may still be, and what they cost. Lives on one loop. */
final class Attempts {
    private final Ceiling ceiling;
    private int most;
    private int count;
    private int numbers;
    private final PriorityQueue<Integer> unused = new PriorityQueue<>(1);
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

    /** @return the new attempt's number, 1 for the first: the least that no booked attempt has */
    int begin() {
        count++;
        return unused.isEmpty() ? ++numbers : unused.remove();
    }

    /** An attempt was not made, and nothing is booked of it. A call is counted by its first number, so that must not be lost. */
    void notMade(int number) {
        unused.add(number);
    }

    /** Whether any attempt has been made. */
    boolean anyMade() {
        return numbers > unused.size();
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
                    inDoubt = inDoubt.plusBound(bound);
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

    /** The cost once another attempt has cost so much. */
    Cost costWith(Cost last) {
        return switch (last) {
            case Cost.Free() -> cost();
            case Cost.Unpriced() -> last;
            case Cost.Priced(Money amount) -> anythingUnpriced ? cost() : new Cost.Priced(spent.plus(amount));
        };
    }

    Cost cost() {
        if (anythingUnpriced) {
            return new Cost.Unpriced();
        }
        return anythingPriced ? new Cost.Priced(spent) : new Cost.Free();
    }
}
