package dev.sluice;

import dev.sluice.ledger.Reports;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import java.time.Instant;
import java.util.Collection;

/** What a start does for its limits, for tests in other rooms. */
public final class Remembering {
    private Remembering() {}

    public static void restore(Reports reports, Budgets budgets, Collection<Limit> limits, Instant now) {
        new Memory(reports).restore(budgets, limits, now);
    }

    /** What a change while calls run does once the archive has caught up. */
    public static void introduce(Reports reports, Budgets budgets, Collection<Limit> fresh, Instant now) {
        new Memory(reports).countBesides(budgets, fresh, now);
    }
}
