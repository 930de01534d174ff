package dev.sluice.ledger.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** All scopes of a call are held in one step, or none is. */
class HoldsTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final Instant NOON = Instant.parse("2026-11-21T03:00:00Z");
    private static final Spender KIM = spender("acme", "search", "kim", "k1", "");

    private final List<String> told = new ArrayList<>();
    private final Watcher watcher = new Watcher() {
        @Override
        public void marked(Balance balance, int mark) {
            told.add(balance.limit().scope() + " " + mark);
        }

        @Override
        public void overrun(Balance balance, long by) {
            told.add(balance.limit().scope() + " over by " + by);
        }
    };

    private static Spender spender(String tenant, String team, String user, String key, String tier) {
        return new Spender(new Caller(key, tenant, team, user, tier, "", "nightly", ""), "deepseek", "deepseek-flash");
    }

    private static Limit money(String scope, long nanos, Period period) {
        return new Limit(Scope.of(scope), "", Measure.MONEY, nanos, period, SEOUL, true, Limit.MARKS, Optional.empty());
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

    private Holds holds(Limit... limits) {
        return new Holds(List.of(limits), watcher);
    }

    private static Need need(long nanos) {
        return Need.of(Amounts.attempt(new Money(nanos), 10));
    }

    private static Amounts cost(long nanos) {
        return Amounts.attempt(new Money(nanos), 10);
    }

    private static Balance only(Holds holds) {
        assertThat(holds.balances(NOON)).hasSize(1);
        return holds.balances(NOON).getFirst();
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
            Holds holds = new Holds(limits, watcher);
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
        assertThat(told).containsExactly("gateway over by 70", "gateway 80", "gateway 100");
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
        assertThat(told).hasSize(3).endsWith("gateway 80", "gateway 100");
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
        assertThat(told).containsExactly("gateway 80", "gateway 100");
        assertThat(holds.saving(KIM, NOON.plus(Duration.ofDays(1))))
                .as("the next day")
                .isEmpty();
        assertThat(told).hasSize(2);
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

    @Test
    void whatTheLedgerRemembersCountsAndIsNotToldAgain() {
        Limit limit = money("gateway", 100, Period.DAY);
        Holds holds = holds(limit);
        holds.remember(limit, KIM, NOON, cost(85));
        holds.rememberDoubt("old", KIM, NOON, cost(10));
        assertThat(told).isEmpty();
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
        assertThat(told).isEmpty();
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
        assertThat(told).isEmpty();
        assertThat(holds.counted()).isEmpty();
    }

    @Test
    void anAmountThatIsLoweredBelowWhatIsUsedTellsTheMarksItPasses() {
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(85), NOON);
        holds.settle("a", cost(85));
        assertThat(told).containsExactly("gateway 80");
        holds.replace(List.of(money("gateway", 80, Period.DAY)));
        assertThat(told).containsExactly("gateway 80", "gateway 100");
        assertThat(only(holds).free()).isEqualTo(-5);
    }

    @Test
    void aLimitThatIsTakenAwayIsNobodysNews() {
        Holds holds = holds(money("gateway", 100, Period.DAY));
        holds.hold("a", KIM, need(90), NOON);
        holds.replace(List.of());
        holds.settle("a", cost(200));
        assertThat(told).isEmpty();
        assertThat(holds.open()).isZero();
    }
}
