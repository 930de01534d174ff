package dev.sluice.ledger.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** The words of tests about budgets. */
final class Budgeting {
    static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    static final Instant NOON = Instant.parse("2026-11-21T03:00:00Z");
    static final Spender KIM = spender("acme", "search", "kim", "k1", "");

    private Budgeting() {}

    static Spender spender(String tenant, String team, String user, String key, String tier) {
        return new Spender(new Caller(key, tenant, team, user, tier, "", "nightly", ""), "deepseek", "deepseek-flash");
    }

    static Limit money(String scope, long nanos, Period period) {
        return new Limit(Scope.of(scope), "", Measure.MONEY, nanos, period, SEOUL, true, Limit.MARKS, Optional.empty());
    }

    static Need need(long nanos) {
        return Need.of(cost(nanos));
    }

    static Amounts cost(long nanos) {
        return Amounts.attempt(new Money(nanos), 10);
    }

    /** How full the only account is. */
    static Balance only(Holds holds) {
        assertThat(holds.balances(NOON)).hasSize(1);
        return holds.balances(NOON).getFirst();
    }
}
