package dev.sluice.job;

import dev.sluice.model.Money;
import java.util.Optional;

/**
 * Keeps a run within what its job may spend, by the cost that each answer tells. What runs is counted at the dearest row
 * so far, and the very first row runs alone, because nothing is known before it; so a row much dearer than all before it
 * can go past the amount by its difference. The gateway's own budgets hold without such a gap: this is the one place
 * where a job's amounts would be handed to it. Thread-safe.
 */
final class RunBudget {
    private final Optional<Money> amount;
    private Money spent;
    private Optional<Money> dearest;
    private boolean unpriced;
    private int running;

    /**
     * For one run.
     *
     * @param earlier what the job's other runs of this month have cost
     * @param resumed what this run has cost before it was resumed
     * @param dearestRow of what was done before; empty where nothing was
     */
    RunBudget(Job.Budget budget, Money earlier, Money resumed, Optional<Money> dearestRow) {
        Optional<Money> ofMonth =
                budget.month().map(month -> month.compareTo(earlier) > 0 ? month.minus(earlier) : Money.ZERO);
        this.amount = budget.run()
                .map(run -> ofMonth.filter(month -> month.compareTo(run) < 0).orElse(run))
                .or(() -> ofMonth);
        this.spent = resumed;
        this.dearest = dearestRow;
    }

    /** Waits until there is room for one more row; false where there will be none. Each row let in must be settled. */
    synchronized boolean admit() throws InterruptedException {
        while (amount.isPresent() && running > 0 && !isOver() && !fitsOneMore(amount.get())) {
            wait();
        }
        if (isOver()) {
            return false;
        }
        running++;
        return true;
    }

    private boolean isOver() {
        return amount.isPresent() && (unpriced || spent.compareTo(amount.get()) >= 0);
    }

    private boolean fitsOneMore(Money bound) {
        if (dearest.isEmpty()) {
            return false;
        }
        long left = bound.minus(spent).nanos();
        return Math.multiplyHigh(dearest.get().nanos(), running + 1L) == 0
                && dearest.get().nanos() * (running + 1L) <= left;
    }

    /**
     * Tells of a row's end.
     *
     * @param cost empty where the price was not known
     */
    synchronized void settle(Optional<Money> cost) {
        running--;
        if (cost.isEmpty()) {
            unpriced = true;
        } else {
            spent = spent.plus(cost.get());
            dearest = Optional.of(
                    dearest.filter(most -> most.compareTo(cost.get()) > 0).orElse(cost.get()));
        }
        notifyAll();
    }

    /** Why no more rows are let in. */
    synchronized String why() {
        return unpriced
                ? "an answer had no known price, so its cost cannot be held against the job's budget; add the price to your price file"
                : "the job's budget of $" + amount.orElse(Money.ZERO) + " is spent ($" + spent + " by this run)";
    }
}
