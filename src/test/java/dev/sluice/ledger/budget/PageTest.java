package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.SEOUL;
import static dev.sluice.ledger.budget.Budgeting.cost;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static dev.sluice.ledger.budget.Budgeting.only;
import static dev.sluice.ledger.budget.Budgeting.spender;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Names are of a client's making, and nobody's take the room of others. */
class PageTest {
    private static Holds holds(Limit... limits) {
        return new Holds(List.of(limits), new Told());
    }

    private static Spender user(String tenant, String name) {
        return spender(tenant, "", name, "k-" + tenant, "free");
    }

    private static Ruling spend(Holds holds, String tenant, String name) {
        Ruling ruling = holds.hold(tenant + name, user(tenant, name), need(1), NOON);
        holds.settle(tenant + name, cost(1));
        return ruling;
    }

    @Test
    void aRefusedCallLeavesNoAccountBehind() {
        Holds holds = holds(money("user/*", 100, Period.MONTH), money("tenant/acme", 0, Period.MONTH));
        for (int call = 0; call < 1_000; call++) {
            Spender caller = user("acme", "u" + call);
            assertThat(holds.hold("a" + call, caller, need(1), NOON)).isInstanceOf(Ruling.Insufficient.class);
            assertThat(holds.room(caller, Measure.MONEY, NOON)).isZero();
        }
        assertThat(holds.balances(NOON))
                .extracting(balance -> balance.limit().title())
                .as("the tenant's own is shown, and no user's")
                .containsExactly("tenant/acme a month");
    }

    @Test
    void norDoesOneThatWasLetInAndAskedNobody() {
        Holds holds = holds(Limit.ofTier("free", Measure.CALLS, 5, Period.DAY, SEOUL));
        holds.hold("a", user("acme", "kim"), Need.of(Amounts.CALL), NOON);
        assertThat(holds.balances(NOON)).hasSize(1);
        holds.release("a");
        assertThat(holds.balances(NOON)).isEmpty();
    }

    @Test
    void howeverManyNamesOneTenantUsesAnotherFindsRoom() {
        Holds holds = holds(money("user/*", 100, Period.MONTH));
        int passed = 0;
        while (passed < 100_001 && spend(holds, "acme", "u" + passed) instanceof Ruling.Held) {
            passed++;
        }
        assertThat(passed).isEqualTo(100_000);
        assertThat(spend(holds, "acme", "late"))
                .isInstanceOfSatisfying(
                        Ruling.Crowded.class,
                        crowded -> assertThat(crowded.limit().title()).isEqualTo("user/* a month"));
        assertThat(spend(holds, "acme", "u7")).as("it is known").isEqualTo(new Ruling.Held());
        for (int call = 0; call < 10_000; call++) {
            assertThat(spend(holds, "beta", "u" + call)).isEqualTo(new Ruling.Held());
        }
    }

    @Test
    void aSoftLimitLetsPassWhatItHasNoRoomFor() {
        Limit soft = new Limit(
                Scope.of("user/*"), "", Measure.MONEY, 5, Period.DAY, SEOUL, false, Limit.MARKS, Optional.empty());
        Holds holds = holds(soft);
        for (int call = 0; call <= 100_000; call++) {
            assertThat(spend(holds, "acme", "u" + call)).isEqualTo(new Ruling.Held());
        }
        assertThat(holds.balances(NOON)).hasSize(100_000);
    }

    @Test
    void whatWasUsedBeforeAStartCountsInWhateverOrderItIsTold() {
        Limit limit = money("user/*", 1, Period.MONTH);
        Holds holds = holds(limit);
        for (int user = 0; user < 150_000; user++) {
            holds.remember(limit, user("acme", "u" + user), NOON, cost(1));
        }
        assertThat(spend(holds, "acme", "u149999")).isInstanceOf(Ruling.Insufficient.class);
    }

    /** A provider takes more than the upper bound was, after the account was empty for a moment. */
    @Test
    void anOverrunCountsAlsoWhereEverythingElseWasGivenBack() {
        Holds holds = holds(money("user/*", 100, Period.DAY));
        Spender kim = user("acme", "kim");
        holds.hold("whole", kim, need(60), NOON);
        holds.draw("whole", "part", kim, need(60));
        holds.release("part");
        assertThat(holds.balances(NOON)).isEmpty();
        holds.settle("whole", cost(5));
        assertThat(only(holds).used()).isEqualTo(5);
        assertThat(holds.hold("next", kim, need(96), NOON)).isInstanceOf(Ruling.Insufficient.class);
    }
}
