package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.KIM;
import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.SEOUL;
import static dev.sluice.ledger.budget.Budgeting.cost;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static dev.sluice.ledger.budget.Budgeting.only;
import static dev.sluice.ledger.budget.Budgeting.spender;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** All scopes of a call are held in one step, or none is. */
class HoldsTest {
    private final Told told = new Told();

    private Holds holds(Limit... limits) {
        return new Holds(List.of(limits), told);
    }

    private static Limit soft(String scope, long nanos, int from) {
        return new Limit(
                Scope.of(scope),
                "",
                Measure.MONEY,
                nanos,
                Period.DAY,
                SEOUL,
                false,
                Limit.MARKS,
                Optional.of(new Thrift(from, "")));
    }

    @Test
    void whereOnlyTheCostIsToldTokensCountAsTheyWereHeld() {
        Limit tokens = new Limit(
                Scope.GATEWAY, "", Measure.TOKENS, 100, Period.DAY, SEOUL, true, Limit.MARKS, Optional.empty());
        Holds holds = holds(tokens);
        holds.hold("a", KIM, Need.of(new Amounts(5, 60, 0, 0)), NOON);
        holds.doubt("a");
        holds.settle("a", new Money(3));
        assertThat(only(holds).used()).isEqualTo(60);
        assertThat(only(holds).held()).isZero();
    }

    /** Names of end users come from clients. */
    @Test
    void noSlashInANameMakesItSomebodyElses() {
        Holds holds = holds(money("user/*", 100, Period.DAY));
        holds.hold("a", spender("", "", "acme/kim", "k1", ""), need(100), NOON);
        holds.hold("b", spender("acme", "", "kim", "k2", ""), need(90), NOON);
        holds.hold("c", spender("acme", "", "x/kim", "k3", ""), need(80), NOON);
        holds.hold("d", spender("acme/x", "", "kim", "k4", ""), need(70), NOON);
        assertThat(holds.balances(NOON)).extracting(Balance::held).containsExactlyInAnyOrder(100L, 90L, 80L, 70L);
    }

    @Test
    void whicheverScopeBindsNothingIsHeldInTheOthers() { // B05
        for (String tight : List.of(
                "gateway",
                "tenant/acme",
                "team/acme/search",
                "user/acme/kim",
                "key/k1",
                "job/nightly",
                "model/deepseek-flash",
                "provider/deepseek")) {
            List<Limit> limits = new ArrayList<>();
            for (String scope : List.of(
                    "gateway",
                    "tenant/acme",
                    "team/acme/search",
                    "user/acme/kim",
                    "key/k1",
                    "job/nightly",
                    "model/deepseek-flash",
                    "provider/deepseek")) {
                limits.add(money(scope, scope.equals(tight) ? 100 : 1_000, Period.DAY));
            }
            Holds holds = new Holds(limits, told);
            assertThat(holds.hold("a", KIM, need(101), NOON))
                    .as(tight)
                    .isInstanceOfSatisfying(
                            Ruling.Insufficient.class,
                            missing -> assertThat(missing.limit().scope()).hasToString(tight));
            assertThat(holds.balances(NOON))
                    .allSatisfy(balance -> assertThat(balance.held()).isZero());
            assertThat(holds.hold("b", KIM, need(100), NOON)).isEqualTo(new Ruling.Held());
            assertThat(holds.balances(NOON))
                    .hasSize(8)
                    .allSatisfy(balance -> assertThat(balance.held()).isEqualTo(100));
        }
    }

    @Test
    void settlingFreesTheDifferenceAtOnce() {
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(90), NOON);
        assertThat(holds.hold("b", KIM, need(20), NOON)).isInstanceOf(Ruling.Insufficient.class);
        holds.settle("a", cost(30));
        assertThat(holds.hold("b", KIM, need(70), NOON)).isEqualTo(new Ruling.Held());
        assertThat(only(holds).free()).isZero();
    }

    @Test
    void anEndThatComesAgainChangesNothing() { // L13, I6
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(90), NOON);
        holds.hold("a", KIM, need(90), NOON);
        holds.doubt("a");
        holds.doubt("a");
        holds.settle("a", cost(30));
        holds.settle("a", cost(30));
        holds.release("a");
        holds.doubt("a");
        assertThat(only(holds)).satisfies(balance -> {
            assertThat(balance.used()).isEqualTo(30);
            assertThat(balance.held()).isZero();
            assertThat(balance.doubt()).isZero();
        });
        assertThat(holds.open()).isZero();
    }

    @Test
    void whatIsInDoubtStaysTakenUntilItIsResolved() { // L17
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(90), NOON);
        holds.doubt("a");
        assertThat(holds.hold("b", KIM, need(11), NOON)).isInstanceOf(Ruling.Insufficient.class);
        holds.release("a");
        assertThat(holds.hold("b", KIM, need(11), NOON)).isEqualTo(new Ruling.Held());
    }

    @Test
    void anOverrunIsChargedAndToldAndNothingMorePasses() { // L16
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(50), NOON);
        holds.settle("a", cost(120));
        assertThat(told.lines()).containsExactly("gateway over by 70", "gateway 80", "gateway 100");
        assertThat(only(holds).free()).isEqualTo(-20);
        assertThat(holds.hold("b", KIM, need(1), NOON)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(holds.hold("free", KIM, need(0), NOON)).isEqualTo(new Ruling.Held());
    }

    @Test
    void theLargestAmountsDoNotWrapAround() { // L16
        Holds holds = holds(money("gateway", Limit.MOST, Period.DAY));
        assertThat(holds.hold("a", KIM, need(Limit.MOST - 1), NOON)).isEqualTo(new Ruling.Held());
        assertThat(holds.hold("b", KIM, need(Long.MAX_VALUE), NOON)).isInstanceOf(Ruling.Insufficient.class);
        holds.settle("a", cost(Long.MAX_VALUE));
        assertThat(told.lines()).hasSize(3).endsWith("gateway 80", "gateway 100");
        holds.remember(money("gateway", Limit.MOST, Period.DAY), KIM, NOON, cost(Long.MAX_VALUE));
        assertThat(only(holds).free()).isNegative();
        assertThat(holds.hold("c", KIM, need(1), NOON)).isInstanceOf(Ruling.Insufficient.class);
    }

    @Test
    void eachMeansAnAccountOfOnesOwnFromTheVeryFirstCall() { // B04
        Holds holds = holds(money("user/*", 100, Period.DAY));
        assertThat(holds.hold("a", spender("acme", "", "new", "k", ""), need(101), NOON))
                .isInstanceOf(Ruling.Insufficient.class);
        assertThat(holds.hold("b", spender("acme", "", "new", "k", ""), need(100), NOON))
                .isEqualTo(new Ruling.Held());
        assertThat(holds.hold("c", spender("acme", "", "other", "k", ""), need(100), NOON))
                .isEqualTo(new Ruling.Held());
        assertThat(holds.hold("d", spender("globex", "", "new", "k", ""), need(100), NOON))
                .as("the same name at another tenant is somebody else")
                .isEqualTo(new Ruling.Held());
        assertThat(holds.hold("e", spender("acme", "", "", "k", ""), need(1_000), NOON))
                .as("nobody is named")
                .isEqualTo(new Ruling.Held());
    }

    @Test
    void whatHasNoKnownPriceDoesNotPassAHardLimitOfMoney() { // B10, G8
        Holds hard = holds(money("gateway", 100, Period.DAY));
        assertThat(hard.hold("a", KIM, Need.unpriced(10), NOON)).isInstanceOf(Ruling.Unbounded.class);
        assertThat(hard.open()).isZero();
        Holds soft = holds(soft("gateway", 100, 80));
        assertThat(soft.hold("a", KIM, Need.unpriced(10), NOON)).isEqualTo(new Ruling.Held());
    }

    @Test
    void aCallBelongsToTheDayOnWhichItBegan() { // K05
        Holds holds = holds(money("gateway", 100, Period.DAY));
        Instant beforeMidnight = Instant.parse("2026-11-21T14:59:59Z");
        Instant afterMidnight = Instant.parse("2026-11-21T15:00:01Z");
        holds.hold("a", KIM, need(100), beforeMidnight);
        assertThat(holds.hold("b", KIM, need(100), afterMidnight)).isEqualTo(new Ruling.Held());
        holds.settle("a", cost(60));
        assertThat(holds.balances(beforeMidnight).getFirst().used()).isEqualTo(60);
        assertThat(holds.balances(afterMidnight).getFirst().used()).isZero();
    }

    @Test
    void aClockPutBackFindsWhatWasUsedAlready() { // K03
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(100), NOON);
        holds.settle("a", cost(100));
        assertThat(holds.hold("b", KIM, need(100), NOON.plus(Duration.ofDays(1))))
                .isEqualTo(new Ruling.Held());
        holds.settle("b", cost(100));
        assertThat(holds.hold("c", KIM, need(1), NOON)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(holds.hold("d", KIM, need(1), NOON.plus(Duration.ofHours(23))))
                .isInstanceOf(Ruling.Insufficient.class);
    }

    @Test
    void marksAreToldOnceAWindowAndSavingEndsByItselfWithIt() { // B18
        Holds holds = holds(soft("gateway", 100, 80));
        for (int call = 0; call < 12; call++) {
            holds.hold("call" + call, KIM, need(10), NOON);
        }
        for (int call = 0; call < 7; call++) {
            holds.settle("call" + call, cost(10));
        }
        assertThat(holds.saving(KIM, NOON)).as("70 used, 50 held").isEmpty();
        holds.settle("call7", cost(10));
        assertThat(holds.saving(KIM, NOON)).isPresent();
        for (int call = 8; call < 12; call++) {
            holds.settle("call" + call, cost(10));
        }
        assertThat(told.lines()).containsExactly("gateway 80", "gateway 100");
        assertThat(holds.saving(KIM, NOON.plus(Duration.ofDays(1))))
                .as("the next day")
                .isEmpty();
        assertThat(told.lines()).hasSize(2);
    }

    @Test
    void aTiersAllowanceIsEachPersonsOwn() { // B23
        Holds holds = holds(Limit.ofTier("free", Measure.CALLS, 5, Period.DAY, SEOUL));
        Spender ann = spender("acme", "", "ann", "k1", "free");
        for (int call = 0; call < 5; call++) {
            assertThat(holds.hold("a" + call, ann, Need.of(Amounts.CALL), NOON)).isEqualTo(new Ruling.Held());
            holds.settle("a" + call, Amounts.ENDED_CALL);
        }
        assertThat(holds.hold("a5", ann, Need.of(Amounts.CALL), NOON)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(holds.hold("b", spender("acme", "", "bob", "k1", "free"), Need.of(Amounts.CALL), NOON))
                .isEqualTo(new Ruling.Held());
        assertThat(holds.hold("c", spender("acme", "", "ann", "k1", "premium"), Need.of(Amounts.CALL), NOON))
                .isEqualTo(new Ruling.Held());
    }

    @Test
    void onlySoManyRunAtOnce() {
        Holds holds = holds(Limit.ofTier("free", Measure.RUNNING, 2, Period.TOTAL, SEOUL));
        Spender ann = spender("", "", "", "k1", "free");
        holds.hold("a", ann, Need.of(Amounts.CALL), NOON);
        holds.hold("b", ann, Need.of(Amounts.CALL), NOON);
        assertThat(holds.hold("c", ann, Need.of(Amounts.CALL), NOON)).isInstanceOf(Ruling.Insufficient.class);
        holds.settle("a", Amounts.ENDED_CALL);
        assertThat(holds.hold("c", ann, Need.of(Amounts.CALL), NOON)).isEqualTo(new Ruling.Held());
    }
}
