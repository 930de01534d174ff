package dev.sluice.pipeline;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Reports;
import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.model.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what attempts cost whose end nobody saw: from the provider where it can be asked, and after a stated time at
 * the upper bound that was held for them. Until then they stay taken. Used by one thread at a time; blocks.
 */
public final class Doubts {
    private static final Logger LOG = LoggerFactory.getLogger(Doubts.class);
    private static final int AT_ONCE = 1000;

    private final Reports reports;
    private final Ledger ledger;
    private final Budgets budgets;
    private final Lookup lookup;
    private final Duration longest;
    private final InstantSource clock;

    /** Asks the provider about one attempt. */
    @FunctionalInterface
    public interface Lookup {
        /** What the provider has charged, which may be nothing; empty where it does not know or cannot be asked. */
        Optional<Money> charged(Attempt attempt);
    }

    /** @param longest after which an attempt is charged at its upper bound */
    public Doubts(
            Reports reports, Ledger ledger, Budgets budgets, Lookup lookup, Duration longest, InstantSource clock) {
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
    public int look() {
        int resolved = 0;
        for (Attempt attempt : reports.inDoubt(AT_ONCE)) {
            Optional<Amendment> word = resolution(attempt);
            word.ifPresent(this::book);
            resolved += word.isPresent() ? 1 : 0;
        }
        if (resolved > 0) {
            LOG.info("{} attempts that were in doubt are resolved", resolved);
        }
        return resolved;
    }

    private Optional<Amendment> resolution(Attempt attempt) {
        Instant now = clock.instant();
        Optional<Money> charged = lookup.charged(attempt);
        if (charged.isPresent()) {
            boolean nothing = charged.get().nanos() == 0;
            return Optional.of(amendment(
                    attempt,
                    nothing ? Outcome.State.VOIDED : Outcome.State.SETTLED,
                    new Cost.Priced(charged.get()),
                    now,
                    "the provider says so"));
        }
        if (now.isBefore(attempt.outcome().at().plus(longest))) {
            return Optional.empty();
        }
        Cost bound = attempt.intent().bound().<Cost>map(Cost.Priced::new).orElseGet(Cost.Unpriced::new);
        return Optional.of(amendment(
                attempt, Outcome.State.SETTLED, bound, now, "nobody knows better; charged at its upper bound"));
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

    private void book(Amendment word) {
        ledger.amend(word);
        if (word.cost() instanceof Cost.Priced(Money amount) && word.state() == Outcome.State.SETTLED) {
            budgets.settle(word.attemptId(), Amounts.attempt(amount, 0));
        } else {
            budgets.release(word.attemptId());
        }
    }
}
