package dev.sluice;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Reports;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Period;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.ledger.budget.Window;
import dev.sluice.model.Caller;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tells limits what the ledger knows of their present windows: they have no memory of their own. */
final class Memory {
    private static final int MOST_IN_DOUBT = 1_000_000;

    private final Reports reports;

    Memory(Reports reports) {
        this.reports = reports;
    }

    /** Counts the past of these limits. Those of a minute begin anew, and so do calls under way: there are none. */
    void restore(Budgets budgets, Collection<Limit> limits, Instant now) {
        Map<Window, List<Limit>> byWindow = new LinkedHashMap<>();
        limits.stream()
                .filter(limit -> limit.period() != Period.MINUTE && limit.measure() != Measure.RUNNING)
                .forEach(limit -> byWindow.merge(
                        limit.period().window(now, limit.zone()),
                        List.of(limit),
                        (some, more) ->
                                Stream.concat(some.stream(), more.stream()).toList()));
        byWindow.forEach((window, concerned) -> {
            for (Spent spent : reports.spent(window.from(), window.to())) {
                Amounts used = new Amounts(spent.settled().nanos(), spent.tokens(), spent.calls(), 0);
                concerned.forEach(limit -> budgets.remember(limit, spender(spent), now, used));
            }
        });
        for (Attempt attempt : reports.inDoubt(MOST_IN_DOUBT)) {
            attempt.intent()
                    .bound()
                    .ifPresent(bound -> budgets.rememberDoubt(
                            attempt.intent().attemptId(),
                            new Spender(
                                    attempt.intent().caller(),
                                    attempt.intent().provider(),
                                    attempt.intent().model()),
                            attempt.intent().at(),
                            Amounts.attempt(bound, 0)));
        }
    }

    private static Spender spender(Spent spent) {
        return new Spender(
                new Caller(
                        spent.key(),
                        spent.tenant(),
                        spent.team(),
                        spent.user(),
                        spent.tier(),
                        spent.agent(),
                        spent.job(),
                        ""),
                spent.provider(),
                spent.model());
    }
}
