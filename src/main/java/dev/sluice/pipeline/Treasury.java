package dev.sluice.pipeline;

import dev.sluice.ledger.budget.Budgets;

/** Everybody's limits, and what is done where something does not fit them. */
public record Treasury(Budgets budgets, SpendingRules rules) {
    /** No limits. */
    public static final Treasury OPEN = new Treasury(Budgets.none(), SpendingRules.DEFAULT);
}
