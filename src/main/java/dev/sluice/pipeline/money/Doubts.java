package dev.sluice.pipeline.money;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.report.Reports;
import dev.sluice.model.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what attempts cost whose end nobody saw: from the provider where it can be asked, and after a stated time at
 * the upper bound that was held for them. Until then they stay taken. Thread-safe: who looks while somebody looks, waits;
 * blocks.
 */
public final class Doubts {
    private static final Logger LOG = LoggerFactory.getLogger(Doubts.class);
    private static final int AT_ONCE = 1000;

    /** The rest is asked about in the next round. */
    static final int QUESTIONS = 20;

    private final Reports reports;
    private final Ledger ledger;
    private final Budgets budgets;
    private final Lookup lookup;
    private final Told told;
    private final Duration longest;
    private final InstantSource clock;
    private final Askings askings = new Askings();
    /** Whose amendments are on their way into the archive. */
    private final Set<String> resolved = new HashSet<>();

    /** Asks the provider about one attempt. */
    @FunctionalInterface
    public interface Lookup {
        /** Whether there is anybody who could be asked about it. */
        default boolean canAsk(Attempt attempt) {
            return true;
        }

        /** What the provider has charged, which may be nothing; empty where it does not know or does not answer. */
        Optional<Money> charged(Attempt attempt);
    }

    /** Hears what attempts turned out to cost. */
    @FunctionalInterface
    public interface Told {
        void resolved(Intent intent, Money cost);
    }

    /** @param longest after which an attempt is charged at its upper bound */
    public Doubts(
            Reports reports,
            Ledger ledger,
            Budgets budgets,
            Lookup lookup,
            Told told,
            Duration longest,
            InstantSource clock) {
        this.told = told;
        this.reports = reports;
        this.ledger = ledger;
        this.budgets = budgets;
        this.lookup = lookup;
        this.longest = longest;
        this.clock = clock;
    }

    /**
     * Looks once at everything that is in doubt.
     *
     * @return how many were resolved
     */
    public synchronized int look() {
        List<Attempt> open = reports.inDoubt(AT_ONCE);
        List<String> ids =
                open.stream().map(attempt -> attempt.intent().attemptId()).toList();
        askings.keep(ids);
        resolved.retainAll(ids);
        Round round = new Round(clock.instant());
        open.stream()
                .filter(attempt -> !resolved.contains(attempt.intent().attemptId()))
                .forEach(round::look);
        if (round.found > 0) {
            LOG.info("{} attempts that were in doubt are resolved", round.found);
        }
        return round.found;
    }

    /** One look at everything, with a bound on the questions. */
    private final class Round {
        private final Instant now;
        private int questions;
        private int found;

        Round(Instant now) {
            this.now = now;
        }

        void look(Attempt attempt) {
            resolution(attempt).ifPresent(word -> {
                book(attempt, word);
                resolved.add(word.attemptId());
                found++;
            });
        }

        private Optional<Amendment> resolution(Attempt attempt) {
            boolean isOver = !now.isBefore(attempt.outcome().at().plus(longest));
            boolean canAsk = lookup.canAsk(attempt);
            if (canAsk && (isOver || askings.isDue(attempt.intent().attemptId(), now))) {
                if (questions == QUESTIONS) {
                    return Optional.empty(); // Nobody is charged in full who might have been asked about.
                }
                questions++;
                askings.note(attempt.intent().attemptId(), now);
                Optional<Money> charged = lookup.charged(attempt);
                if (charged.isPresent()) {
                    return Optional.of(told(attempt, charged.get(), now));
                }
            }
            // Whoever is told to stop has not been told what it cost either.
            return isOver && !Thread.currentThread().isInterrupted()
                    ? Optional.of(atBound(attempt, now))
                    : Optional.empty();
        }
    }

    private static Amendment told(Attempt attempt, Money charged, Instant now) {
        Outcome.State state = charged.nanos() == 0 ? Outcome.State.VOIDED : Outcome.State.SETTLED;
        return amendment(attempt, state, new Cost.Priced(charged), now, "the provider says so");
    }

    private static Amendment atBound(Attempt attempt, Instant now) {
        Cost bound = attempt.intent().bound().<Cost>map(Cost.Priced::new).orElseGet(Cost.Unpriced::new);
        return amendment(attempt, Outcome.State.SETTLED, bound, now, "nobody knows better; charged at its upper bound");
    }

    private static Amendment amendment(Attempt attempt, Outcome.State state, Cost cost, Instant now, String why) {
        return new Amendment(
                attempt.intent().attemptId(),
                "resolved",
                now,
                state,
                cost,
                Optional.empty(),
                attempt.intent().priceVersion(),
                why);
    }

    private void book(Attempt attempt, Amendment word) {
        ledger.amend(word);
        if (word.cost() instanceof Cost.Priced(Money amount) && word.state() == Outcome.State.SETTLED) {
            budgets.settle(word.attemptId(), amount);
            told.resolved(attempt.intent(), amount);
        } else {
            budgets.release(word.attemptId());
        }
    }
}
