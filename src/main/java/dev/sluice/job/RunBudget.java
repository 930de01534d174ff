package dev.sluice.job;

import dev.sluice.model.Money;
import java.util.Optional;

/**
 * Keeps a run within what its job may spend. Each try of a row gets a share, which the gateway holds it to; shares
 * together never pass the amount, so neither does the run. How large a share must be the gateway tells: the first try
 * asks with nothing in hand and is told what it would take. Thread-safe.
 */
final class RunBudget {
    private final Optional<Money> amount;
    private Money spent;
    private Money held = Money.ZERO;
    private Optional<Money> usual = Optional.empty();
    private boolean isUnpriced;
    private boolean isTooSmall;
    private int running;

    /**
     * What one try may cost.
     *
     * @param most empty where the job has no bound
     */
    record Share(Optional<Money> most) {
        private static final Share ANY = new Share(Optional.empty());

        private Money held() {
            return most.orElse(Money.ZERO);
        }
    }

    /**
     * For one run.
     *
     * @param earlier what the job's other runs of this month have cost
     * @param resumed what this run has cost before it was resumed
     */
    RunBudget(Job.Budget budget, Money earlier, Money resumed) {
        Optional<Money> ofMonth =
                budget.month().map(month -> month.compareTo(earlier) > 0 ? month.minus(earlier) : Money.ZERO);
        this.amount = budget.run()
                .map(run -> ofMonth.filter(month -> month.compareTo(run) < 0).orElse(run))
                .or(() -> ofMonth);
        this.spent = resumed;
    }

    /** Waits until there is room for one more try; empty where there will be none. Each share must be settled. */
    synchronized Optional<Share> admit() throws InterruptedException {
        while (running > 0 && !isOver() && !hasRoom()) {
            wait();
        }
        if (isOver()) {
            return Optional.empty();
        }
        running++;
        Share share = amount.isEmpty() ? Share.ANY : new Share(Optional.of(nextShare()));
        held = held.plus(share.held());
        return Optional.of(share);
    }

    private boolean isOver() {
        return amount.isPresent() && (isUnpriced || isTooSmall || left().compareTo(Money.ZERO) <= 0);
    }

    private boolean hasRoom() {
        return amount.isEmpty()
                || usual.filter(one -> one.compareTo(free()) <= 0).isPresent();
    }

    /** Nothing for the very first; what is usual after it, or all that there is where that is less. */
    private Money nextShare() {
        return usual.map(one -> one.compareTo(free()) <= 0 ? one : free()).orElse(Money.ZERO);
    }

    private Money left() {
        return amount.orElseThrow().minus(spent);
    }

    private Money free() {
        return left().minus(held);
    }

    /** Tells of a try's end. */
    synchronized void settle(Share share, Reply reply) {
        running--;
        held = held.minus(share.held());
        if (reply.lost()) {
            spent = spent.plus(share.held()); // Nobody knows: it may have cost all of it.
        } else if (reply.cost().isEmpty()) {
            isUnpriced = true;
        } else {
            spent = spent.plus(reply.cost().get()).plus(reply.inDoubt());
        }
        learn(share, reply);
        notifyAll();
    }

    private void learn(Share share, Reply reply) {
        Optional<Money> told = reply.bound().or(reply::cost);
        usual = usual.filter(known -> told.isEmpty() || known.compareTo(told.get()) >= 0)
                .or(() -> told);
        if (reply.isTooDear() && amount.isPresent()) {
            isUnpriced |= reply.bound().isEmpty();
            isTooSmall |= running == 0 && share.held().compareTo(left()) >= 0;
        }
    }

    /** Why no more rows are let in. */
    synchronized String why() {
        if (isUnpriced) {
            return "a row had no known price, so its cost cannot be held against the job's budget; add the price to your price file";
        }
        String budget = "the job's budget of $" + amount.orElse(Money.ZERO);
        return isTooSmall && left().compareTo(Money.ZERO) > 0
                ? "what is left of " + budget + " ($" + left() + ") is less than the next row may cost ($"
                        + usual.orElse(Money.ZERO) + ")"
                : budget + " is spent ($" + spent + " by this run)";
    }
}
