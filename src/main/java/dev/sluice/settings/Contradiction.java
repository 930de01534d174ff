package dev.sluice.settings;

import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Period;
import dev.sluice.model.Money;
import java.util.Optional;

/**
 * Why two budgets cannot both be meant.
 *
 * @param key of the later one's section in the settings
 */
record Contradiction(String key, String words) {

    /** Two budgets of one scope must both be able to bind, or one of them is a slip of the pen. */
    static Optional<Contradiction> of(Limit budget, Limit earlier) {
        if (budget.id().equals(earlier.id())) {
            return Optional.of(new Contradiction(
                    "scope", "there is another budget of " + budget.scope() + " for the same period; keep one"));
        }
        if (!budget.scope().equals(earlier.scope()) || !budget.zone().equals(earlier.zone())) {
            return Optional.empty();
        }
        return neverSpent(budget, earlier)
                .or(() -> neverSpent(earlier, budget))
                .map(words -> new Contradiction("amount", words));
    }

    private static Optional<String> neverSpent(Limit inner, Limit outer) {
        if (!lies(inner.period(), outer.period()) || !outer.hard() || inner.amount() <= outer.amount()) {
            return Optional.empty();
        }
        Money much = new Money(inner.amount());
        return Optional.of(inner.scope() + " may take $" + much + span(inner.period()) + " and only $"
                + new Money(outer.amount()) + span(outer.period()) + ", so the $" + much + " could never be spent");
    }

    /** Whether each span of one period lies inside one of the other; a week may be of two months. */
    private static boolean lies(Period inner, Period outer) {
        boolean weekOfMonths = inner == Period.WEEK && outer == Period.MONTH;
        return inner.compareTo(outer) < 0 && !weekOfMonths;
    }

    private static String span(Period period) {
        return period == Period.TOTAL ? " in all" : " in a " + period.word();
    }
}
