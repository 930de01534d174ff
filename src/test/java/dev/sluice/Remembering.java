package dev.sluice;

import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Lost;
import dev.sluice.ledger.report.Reports;
import dev.sluice.time.Clocks;
import dev.sluice.time.Ticker;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

/** What a start does for its limits, for tests in other rooms. */
public final class Remembering {
    private Remembering() {}

    public static void restore(Reports reports, Budgets budgets, Collection<Limit> limits, Instant now) {
        memory(reports, now).restore(budgets, limits);
    }

    /** What a change while calls run does once the archive has caught up. */
    public static void introduce(Reports reports, Budgets budgets, Collection<Limit> fresh, Instant now) {
        memory(reports, now).countBesides(budgets, fresh);
    }

    /** What is done for limits that have forgotten a window, once the archive has caught up. */
    public static void recall(Reports reports, Budgets budgets, List<Lost> lost, Instant now) {
        memory(reports, now).recall(budgets, lost);
    }

    private static Memory memory(Reports reports, Instant now) {
        return new Memory(reports, new Clocks(Ticker.SYSTEM, InstantSource.fixed(now)));
    }
}
