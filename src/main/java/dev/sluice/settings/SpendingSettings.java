package dev.sluice.settings;

import dev.sluice.account.Tier;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.pipeline.money.SpendingRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Who may spend how much.
 *
 * @param limits of budgets and tiers
 * @param tiers by name
 * @param inDoubt after this time an attempt whose cost nobody could find out is charged at its upper bound
 */
public record SpendingSettings(List<Limit> limits, SpendingRules rules, Map<String, Tier> tiers, Duration inDoubt) {
    static final Duration IN_DOUBT = Duration.ofHours(24);

    /** No limits. */
    static final SpendingSettings NONE = new SpendingSettings(List.of(), SpendingRules.DEFAULT, Map.of(), IN_DOUBT);

    SpendingSettings resolvingAfter(Duration time) {
        return new SpendingSettings(limits, rules, tiers, time);
    }
}
