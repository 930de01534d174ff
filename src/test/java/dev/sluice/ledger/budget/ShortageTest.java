package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.KIM;
import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static dev.sluice.ledger.budget.Budgeting.spender;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ObjectAssert;
import org.junit.jupiter.api.Test;

/** Of several limits that do not take a call, the tightest is told, in whatever order they stand. */
class ShortageTest {
    private static final Spender LEE = spender("acme", "search", "lee", "k2", "");

    private static ObjectAssert<Ruling.Insufficient> refused(Holds holds, long amount) {
        return assertThat(holds.hold("late", KIM, need(amount), NOON))
                .asInstanceOf(InstanceOfAssertFactories.type(Ruling.Insufficient.class));
    }

    private static Holds holds(boolean turned, Limit one, Limit other) {
        return new Holds(turned ? List.of(other, one) : List.of(one, other), new Told());
    }

    @Test
    void theOneThatHasLeastLeft() {
        for (boolean turned : List.of(false, true)) {
            Holds holds = holds(turned, money("tenant/acme", 60, Period.DAY), money("user/acme/kim", 1, Period.DAY));
            refused(holds, 100).satisfies(missing -> {
                assertThat(missing.limit().scope()).hasToString("user/acme/kim");
                assertThat(missing.free()).isEqualTo(1);
            });
        }
    }

    @Test
    void theOneThatCannotComeToTakeItBeforeOneThatOnlyHasToBeWaitedFor() {
        for (boolean turned : List.of(false, true)) {
            Holds holds = holds(turned, money("gateway", 100, Period.DAY), money("user/acme/kim", 60, Period.DAY));
            assertThat(holds.hold("early", LEE, need(90), NOON)).isInstanceOf(Ruling.Held.class);
            refused(holds, 80).satisfies(missing -> {
                assertThat(missing.limit().scope()).hasToString("user/acme/kim");
                assertThat(missing.held()).isZero();
            });
        }
    }

    @Test
    void theOneThatHoldsWhatIsWaitedForWhereTheOtherWouldTakeMoreInTheEnd() {
        for (boolean turned : List.of(false, true)) {
            Holds holds = holds(turned, money("tenant/acme", 60, Period.DAY), money("user/acme/kim", 50, Period.DAY));
            assertThat(holds.hold("early", KIM, need(50), NOON)).isInstanceOf(Ruling.Held.class);
            refused(holds, 100).satisfies(missing -> {
                assertThat(missing.limit().scope()).hasToString("user/acme/kim");
                assertThat(missing.held()).isEqualTo(50);
            });
        }
    }

    @Test
    void nothingIsHeldAnywhere() {
        Holds holds = holds(false, money("tenant/acme", 1000, Period.DAY), money("user/acme/kim", 1, Period.DAY));
        refused(holds, 100).isNotNull();
        assertThat(holds.balances(NOON)).allMatch(balance -> balance.held() == 0);
    }

    @Test
    void sharesOfDifferentMeasuresAreComparedWithoutLosingADigit() {
        long large = Long.MAX_VALUE - 1;
        Shortage money = shortage(large - 1, large);
        Shortage tokens = shortage(8, 9);
        assertThat(tokens.isWorseThan(money)).isTrue();
        assertThat(money.isWorseThan(tokens)).isFalse();
        assertThat(shortage(large - 2, large).isWorseThan(money)).isTrue();
        assertThat(shortage(-5, 9).isWorseThan(shortage(0, large))).isTrue();
        assertThat(money.isWorseThan(money)).isFalse();
    }

    private static Shortage shortage(long free, long amount) {
        return new Shortage(money("gateway", 1, Period.DAY), "", free, 0, amount);
    }
}
