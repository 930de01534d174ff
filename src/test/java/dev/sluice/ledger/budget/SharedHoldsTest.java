package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.KIM;
import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.cost;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static dev.sluice.ledger.budget.Budgeting.only;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Several gateways draw on one limit, and none takes what it has not leased. */
class SharedHoldsTest {
    private final HandPool pool = new HandPool();
    private final Told told = new Told();
    private final Holds one = shared(money("gateway", 100, Period.DAY));
    private final Holds other = shared(money("gateway", 100, Period.DAY));

    private Holds shared(Limit... limits) {
        return Holds.shared(List.of(limits), told);
    }

    private void round(String name, Holds holds) {
        holds.answered(pool.exchange(name, holds.reports(10, 10, NOON)));
    }

    private static Ruling hold(Holds holds, String id, long nanos) {
        return holds.hold(id, KIM, need(nanos), NOON);
    }

    private void take(String name, Holds holds, String id, long nanos) {
        hold(holds, id, nanos);
        round(name, holds);
        assertThat(hold(holds, id, nanos)).isEqualTo(new Ruling.Held());
    }

    @Test
    void whatIsNotLeasedIsAskedFor() {
        assertThat(hold(one, "a", 10)).isInstanceOf(Ruling.Asked.class);
        round("one", one);
        assertThat(hold(one, "a", 10)).isEqualTo(new Ruling.Held());
    }

    @Test
    void aCushionSparesTheNextCallTheWait() {
        take("one", one, "a", 20);
        assertThat(hold(one, "b", 10)).as("an eighth of 80").isEqualTo(new Ruling.Held());
        assertThat(hold(one, "c", 10)).isInstanceOf(Ruling.Asked.class);
    }

    @Test
    void whatIsLeftOfACushionGoesWhereItIsWanted() {
        take("one", one, "a", 20);
        assertThat(hold(other, "b", 80)).isInstanceOf(Ruling.Asked.class);
        round("other", other);
        assertThat(hold(other, "b", 80)).as("10 lie at one").isInstanceOf(Ruling.Asked.class);
        round("one", one);
        round("one", one);
        round("other", other);
        assertThat(hold(other, "b", 80)).isEqualTo(new Ruling.Held());
    }

    @Test
    void aRefusedCallThatHadToAskLeavesNoAccountOfItsName() {
        Holds first = shared(money("user/*", 100, Period.DAY));
        Holds second = shared(money("user/*", 100, Period.DAY));
        round("second", second);
        take("first", first, "a", 100);
        round("first", first);
        assertThat(hold(second, "b", 10)).isInstanceOf(Ruling.Asked.class);
        round("second", second);
        assertThat(hold(second, "b", 10)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(second.balances(NOON)).isEmpty();
    }

    @Test
    void aRefusalSaysWhatIsLeftAtAllTogether() {
        take("one", one, "a", 60);
        one.settle("a", cost(50));
        take("one", one, "b", 20);
        hold(other, "c", 40);
        round("other", other);
        round("one", one);
        round("other", other);
        Ruling ruling = hold(other, "c", 40);
        assertThat(ruling).isInstanceOfSatisfying(Ruling.Insufficient.class, missing -> {
            assertThat(missing.free()).isEqualTo(30);
            assertThat(missing.held()).as("what one holds and may give back").isEqualTo(20);
        });
    }

    @Test
    void whoGivesUpWaitingHoldsNothing() {
        hold(one, "a", 10);
        one.release("a");
        round("one", one);
        assertThat(one.open()).isZero();
        assertThat(one.isWaitedFor()).isFalse();
    }

    @Test
    void withoutThePoolWhatIsLeasedCanBeSpentAndNoMore() {
        take("one", one, "a", 20);
        hold(one, "b", 50);
        one.reports(10, 10, NOON);
        one.unanswered(false);
        assertThat(hold(one, "b", 50)).isInstanceOf(Ruling.Unreachable.class);
        one.release("a");
        assertThat(hold(one, "c", 20)).isEqualTo(new Ruling.Held());
        assertThat(hold(one, "d", 200)).as("that never fits").isInstanceOf(Ruling.Insufficient.class);
        round("one", one);
        assertThat(hold(one, "b", 50)).isInstanceOf(Ruling.Asked.class);
    }

    @Test
    void aPoolThatLostEverythingLearnsItAgainBeforeItLeases() {
        take("one", one, "a", 60);
        take("other", other, "b", 20);
        pool.lose();
        hold(other, "c", 60);
        round("other", other);
        assertThat(hold(other, "c", 60)).as("in the opening").isInstanceOf(Ruling.Asked.class);
        round("one", one);
        pool.opening = false;
        round("other", other);
        assertThat(hold(other, "c", 60)).isInstanceOf(Ruling.Insufficient.class);
    }

    @Test
    void marksAreReachedByAllTogether() {
        take("one", one, "a", 50);
        one.settle("a", cost(50));
        round("one", one);
        take("other", other, "b", 30);
        other.settle("b", cost(30));
        assertThat(told.lines()).as("at the other, who knows both").containsExactly("gateway 80");
        round("other", other);
        round("one", one);
        assertThat(told.lines()).as("and once at the one").containsExactly("gateway 80", "gateway 80");
        round("one", one);
        assertThat(told.lines()).hasSize(2);
        assertThat(only(one).spent()).isEqualTo(80);
    }

    @Test
    void aLoweredAmountTakesWhatIsNotSpent() {
        take("one", one, "a", 40);
        one.replace(List.of(money("gateway", 45, Period.DAY)));
        assertThat(hold(one, "b", 5)).as("its cushion is gone").isInstanceOf(Ruling.Asked.class);
        take("one", one, "b", 5);
        assertThat(hold(one, "c", 1)).isInstanceOf(Ruling.Insufficient.class);
    }

    @Test
    void aSoftLimitLeasesNothingAndKnowsWhatTheOthersUsed() {
        Limit soft = new Limit(
                Scope.GATEWAY,
                "",
                Measure.MONEY,
                100,
                Period.DAY,
                Budgeting.SEOUL,
                false,
                List.of(),
                Optional.of(new Thrift(80, "")));
        Holds here = shared(soft);
        Holds there = shared(soft);
        assertThat(hold(here, "a", 90)).isEqualTo(new Ruling.Held());
        here.settle("a", cost(90));
        round("here", here);
        assertThat(hold(there, "b", 500)).isEqualTo(new Ruling.Held());
        round("there", there);
        assertThat(there.saving(KIM, NOON)).isPresent();
    }

    @Test
    void whatALedgerRemembersIsToldToThePool() {
        one.remember(money("gateway", 100, Period.DAY), KIM, NOON, cost(70));
        round("one", one);
        hold(other, "b", 40);
        round("other", other);
        assertThat(hold(other, "b", 40)).isInstanceOf(Ruling.Insufficient.class);
    }

    @Test
    void whatWasHeldForACallThatLeftMeanwhileIsGivenBack() {
        hold(one, "a", 100);
        round("one", one);
        assertThat(one.open()).as("by the answer itself").isEqualTo(1);
        one.release("a");
        assertThat(one.open()).isZero();
        take("one", one, "b", 100);
    }

    @Test
    void aLimitThatComesWhileCallsRunIsSharedWithWhatTheyHold() {
        Limit fresh = money("tenant/acme", 70, Period.DAY);
        List<Limit> both = List.of(money("gateway", 100, Period.DAY), fresh);
        take("one", one, "a", 40);
        assertThat(one.prepare(both)).containsExactly(fresh);
        one.replace(both);
        other.replace(both);
        round("one", one);
        take("other", other, "b", 20);
        assertThat(hold(other, "c", 20)).isInstanceOf(Ruling.Asked.class);
        round("other", other);
        assertThat(hold(other, "c", 20))
                .isInstanceOfSatisfying(
                        Ruling.Insufficient.class,
                        missing -> assertThat(missing.free()).isEqualTo(10));
    }

    @Test
    void aLimitThatIsGoneGivesBackWhatItHadLeased() {
        take("one", one, "a", 20);
        one.settle("a", cost(20));
        one.replace(List.of());
        round("one", one);
        hold(other, "b", 80);
        round("other", other);
        assertThat(hold(other, "b", 80)).isEqualTo(new Ruling.Held());
    }

    @Test
    void whoseNameAnotherBearsHasNothingLeasedAnyMore() {
        take("one", one, "a", 20);
        one.reports(10, 10, NOON);
        one.unanswered(true);
        assertThat(hold(one, "b", 1)).isInstanceOf(Ruling.Unreachable.class);
    }
}
