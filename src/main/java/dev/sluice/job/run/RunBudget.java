package dev.sluice.job.run;

import dev.sluice.job.Job;
import dev.sluice.model.Money;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps a run within what its job may spend. Each try of a row gets a share, which the gateway holds it to; shares
 * together never pass the amount, so neither does the run. How large a share must be the gateway tells: the first try
 * asks with nothing in hand and is told what it would take. Thread-safe.
 */
final class RunBudget {
    private final Optional<Bound> bound;
    private Money spent = Money.ZERO;
    private Money held = Money.ZERO;
    private Optional<Money> usual = Optional.empty();
    private boolean isUnpriced;
    private boolean isTooSmall;
    private int running;

    /**
     * The tighter one of a job's amounts.
     *
     * @param left when the run is started
     */
    private record Bound(String name, Money left) {}

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
     * For one start of a run.
     *
     * @param inMonth what all the job's runs have spent in this month, this one too
     * @param byRun what this run has spent in all months
     */
    RunBudget(Job.Budget budget, Money inMonth, Money byRun) {
        Optional<Bound> run =
                budget.run().map(amount -> new Bound("the job's budget of $" + amount, amount.minus(byRun)));
        Optional<Bound> month = budget.month()
                .map(amount -> new Bound("the job's budget of $" + amount + " for the month", amount.minus(inMonth)));
        this.bound = Stream.concat(run.stream(), month.stream()).min(Comparator.comparing(Bound::left));
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
        Share share = bound.isEmpty() ? Share.ANY : new Share(Optional.of(nextShare()));
        held = held.plus(share.held());
        return Optional.of(share);
    }

    private boolean isOver() {
        return bound.isPresent() && (isUnpriced || isTooSmall || left().compareTo(Money.ZERO) <= 0);
    }

    private boolean hasRoom() {
        return bound.isEmpty()
                || usual.filter(one -> one.compareTo(free()) <= 0).isPresent();
    }

    /** Nothing for the very first; what is usual after it, or all that there is where that is less. */
    private Money nextShare() {
        return usual.map(one -> one.compareTo(free()) <= 0 ? one : free()).orElse(Money.ZERO);
    }

    private Money left() {
        return bound.orElseThrow().left.minus(spent);
    }

    private Money free() {
        return left().minus(held);
    }

    /** Tells of a try's end. */
    synchronized void settle(Share share, Reply reply) {
        running--;
        held = held.minus(share.held());
        spent = spent.plus(reply.toll(share.most()));
        isUnpriced |= reply.cost().isEmpty();
        learn(share, reply);
        notifyAll();
    }

    private void learn(Share share, Reply reply) {
        Optional<Money> told = reply.bound().or(reply::cost);
        usual = usual.filter(known -> told.isEmpty() || known.compareTo(told.get()) >= 0)
                .or(() -> told);
        if (reply.isTooDear() && bound.isPresent()) {
            isUnpriced |= reply.bound().isEmpty();
            isTooSmall |= running == 0 && share.held().compareTo(left()) >= 0;
        }
    }

    /** Why no more rows are let in. */
    synchronized String why() {
        if (isUnpriced) {
            return "a row had no known price, so its cost cannot be held against the job's budget; add the price to your price file";
        }
        String budget = bound.map(Bound::name).orElse("the job's budget");
        return isTooSmall && left().compareTo(Money.ZERO) > 0
                ? "what is left of " + budget + " ($" + left() + ") is less than the next row may cost ($"
                        + usual.orElse(Money.ZERO) + ")"
                : budget + " is spent";
    }
}
