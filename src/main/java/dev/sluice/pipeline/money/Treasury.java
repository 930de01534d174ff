package dev.sluice.pipeline.money;

import dev.sluice.account.Tier;
import dev.sluice.ledger.budget.Budgets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everybody's limits and tiers, and what is done where something does not fit them. Thread-safe. */
public final class Treasury {
    private final Budgets budgets;
    private volatile SpendingRules rules;
    private volatile Map<String, Tier> tiers;

    /** @param tiers by name */
    public Treasury(Budgets budgets, SpendingRules rules, Map<String, Tier> tiers) {
        this.budgets = budgets;
        this.rules = rules;
        this.tiers = Map.copyOf(tiers);
    }

    public Budgets budgets() {
        return budgets;
    }

    public SpendingRules rules() {
        return rules;
    }

    /** What savings of new calls are measured against, for people. */
    public String baseline() {
        return rules.baselineName();
    }

    Optional<Tier> tier(String name) {
        return Optional.ofNullable(tiers.get(name));
    }

    /** The names of all tiers that are set up now. */
    public Set<String> tierNames() {
        return tiers.keySet();
    }

    /** Other rules and tiers for new calls. */
    public void use(SpendingRules nextRules, Map<String, Tier> nextTiers) {
        rules = nextRules;
        tiers = Map.copyOf(nextTiers);
    }
}
