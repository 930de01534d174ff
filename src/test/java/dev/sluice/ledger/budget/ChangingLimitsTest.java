package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.KIM;
import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.cost;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static dev.sluice.ledger.budget.Budgeting.only;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits change, come and go while calls run, and what was taken still counts. */
class ChangingLimitsTest {
    private final Told told = new Told();

    private Holds holds(Limit... limits) {
        return new Holds(List.of(limits), told);
    }

    @Test
    void aLowerAmountHoldsAtOnceAndWhatRunsStillSettles() { // B06
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(60), NOON);
        assertThat(holds.replace(List.of(money("gateway", 70, Period.DAY)))).isEmpty();
        assertThat(holds.hold("b", KIM, need(20), NOON)).isInstanceOf(Ruling.Insufficient.class);
        holds.settle("a", cost(10));
        assertThat(holds.hold("b", KIM, need(60), NOON)).isEqualTo(new Ruling.Held());
        assertThat(holds.replace(List.of(money("gateway", 70, Period.MONTH))))
                .as("a new limit, whose past must be looked up")
                .hasSize(1);
        holds.settle("b", cost(1));
        assertThat(holds.open()).isZero();
    }

    @Test
    void whatTheLedgerRemembersCountsAndWhoeverTellsOfMarksKnowsWhichHeHasTold() {
        Limit limit = money("gateway", 100, Period.DAY);
        Holds holds = holds(limit);
        holds.remember(limit, KIM, NOON, cost(85));
        holds.rememberDoubt("old", KIM, NOON, cost(10));
        assertThat(told.lines()).containsExactly("gateway 80");
        assertThat(only(holds).free()).isEqualTo(5);
        holds.settle("old", cost(2));
        assertThat(only(holds).free()).isEqualTo(13);
    }

    @Test
    void aLimitThatIsPreparedHoldsWhatIsUnderWayAndBindsOnlyOnceItsPastIsKnown() { // B06
        Holds holds = holds();
        holds.hold("running", KIM, need(40), NOON);
        holds.hold("lost", KIM, need(5), NOON);
        holds.doubt("lost");
        Limit limit = money("gateway", 100, Period.DAY);
        assertThat(holds.prepare(List.of(limit))).containsExactly(limit);
        assertThat(holds.balances(NOON)).as("it does not bind yet").isEmpty();
        assertThat(holds.hold("huge", KIM, need(900), NOON)).isEqualTo(new Ruling.Held());
        holds.settle("huge", cost(10));
        assertThat(holds.counted()).containsExactlyInAnyOrder("running", "lost", "huge");
        holds.remember(limit, KIM, NOON, cost(30));
        holds.remembered(limit, NOON);
        assertThat(told.lines()).isEmpty();
        assertThat(holds.replace(List.of(limit))).as("its past is known").isEmpty();
        assertThat(only(holds)).satisfies(balance -> {
            assertThat(balance.used()).isEqualTo(40);
            assertThat(balance.held()).isEqualTo(40);
            assertThat(balance.doubt()).isEqualTo(5);
        });
        assertThat(holds.hold("more", KIM, need(16), NOON)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(holds.hold("more", KIM, need(15), NOON)).isEqualTo(new Ruling.Held());
    }

    @Test
    void whatWasPreparedInVainIsForgotten() {
        Limit old = money("gateway", 1_000, Period.MONTH);
        Holds holds = holds(old);
        holds.hold("a", KIM, need(40), NOON);
        holds.prepare(List.of(old, money("gateway", 50, Period.DAY)));
        holds.forgetComing();
        holds.settle("a", cost(40));
        assertThat(only(holds).limit()).isEqualTo(old);
        assertThat(told.lines()).isEmpty();
        assertThat(holds.counted()).isEmpty();
    }

    @Test
    void anAmountThatIsLoweredBelowWhatIsUsedTellsTheMarksItPasses() {
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(85), NOON);
        holds.settle("a", cost(85));
        assertThat(told.lines()).containsExactly("gateway 80");
        holds.replace(List.of(money("gateway", 80, Period.DAY)));
        assertThat(told.lines()).containsExactly("gateway 80", "gateway 100");
        assertThat(only(holds).free()).isEqualTo(-5);
    }

    @Test
    void aLimitThatIsTakenAwayIsNobodysNews() {
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(90), NOON);
        holds.replace(List.of());
        holds.settle("a", cost(200));
        assertThat(told.lines()).isEmpty();
        assertThat(holds.open()).isZero();
    }
}
