package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.cost;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Names that clients make up, in limits for each of many that several gateways share. */
class SharedNamesTest {
    private final HandPool pool = new HandPool();
    private final Holds rich = shared(money("gateway", 100, Period.DAY), money("user/*", 100, Period.DAY));
    private final Map<String, String> keys = new HashMap<>();
    private final Holds poor = shared(money("gateway", 100, Period.DAY), money("user/*", 100, Period.DAY));

    private static Holds shared(Limit... limits) {
        return Holds.shared(List.of(limits), Watcher.NOBODY);
    }

    private void round(String name, Holds holds) {
        round(name, holds, 32);
    }

    private void round(String name, Holds holds, int fresh) {
        holds.answered(pool.exchange(name, holds.reports(256, fresh, NOON)));
    }

    private static Ruling hold(Holds holds, String user, long nanos) {
        return holds.hold(user, Budgeting.spender("acme", "search", user, "k1", ""), need(nanos), NOON);
    }

    private void take(String name, Holds holds, String user, long nanos) {
        hold(holds, user, nanos);
        round(name, holds);
        assertThat(hold(holds, user, nanos)).isEqualTo(new Ruling.Held());
    }

    private static List<String> names(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(i -> "name" + i).toList();
    }

    @Test
    void namesThatAreRefusedTakeNoTurnsFromAccountsThatLive() {
        Holds one = shared(money("user/*", 100, Period.DAY));
        Holds other = shared(money("user/*", 100, Period.DAY));
        names(0, 200).forEach(name -> take("one", one, name, 100));
        round("one", one);
        take("other", other, "kim", 60);
        for (String name : names(0, 200)) {
            hold(other, name, 10);
            round("other", other, 0);
            assertThat(hold(other, name, 10)).isInstanceOf(Ruling.Insufficient.class);
        }
        round("other", other, 1);
        take("one", one, "kim", 10);
        one.settle("kim", cost(7));
        round("one", one);
        round("other", other, 1);
        assertThat(Budgeting.only(other).share().orElseThrow().used())
                .as("it is kim's turn again")
                .isEqualTo(7);
    }

    /** The other gateway has used up the first limit; of the second, the pool leases what is asked for. */
    private void useUpTheGateway() {
        take("rich", rich, "kim", 100);
        round("rich", rich);
        round("poor", poor);
    }

    private long leased(String name) {
        return pool.leased(keys.getOrDefault(name, ""));
    }

    /** A round in which the pool's names of accounts are noted. */
    private List<PoolReport> reports(Holds holds) {
        List<PoolReport> reports = holds.reports(256, 0, NOON);
        reports.forEach(report -> keys.put(report.key().substring(report.key().lastIndexOf(' ') + 1), report.key()));
        return reports;
    }

    private void noted(String name, Holds holds) {
        holds.answered(pool.exchange(name, reports(holds)));
    }

    private static List<String> accounts(Holds holds) {
        return holds.balances(NOON).stream()
                .filter(balance -> balance.limit().isForEach())
                .map(Balance::account)
                .toList();
    }

    @Test
    void aNameThatAnotherLimitRefusesLeavesNoAccountAndNoLease() {
        useUpTheGateway();
        assertThat(hold(poor, "lee", 10)).isInstanceOf(Ruling.Asked.class);
        noted("poor", poor);
        assertThat(hold(poor, "lee", 10)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(poor.balances(NOON).stream().filter(one -> one.limit().isForEach()))
                .as("until it is told, with nothing that could be spent")
                .allMatch(one -> one.share().orElseThrow().lease() == 0);
        noted("poor", poor);
        assertThat(accounts(poor)).isEmpty();
        assertThat(keys).containsKey("acme/lee");
        assertThat(leased("acme/lee")).isZero();
    }

    @Test
    void floodsOfRefusedNamesLeaveNoMoreThanTheLastOfThem() {
        useUpTheGateway();
        for (int flood = 0; flood < 20; flood++) {
            List<String> names = names(flood * 256, 256);
            names.forEach(name -> hold(poor, name, 10));
            round("poor", poor);
            names.forEach(poor::release);
            assertThat(accounts(poor)).hasSizeLessThanOrEqualTo(256);
        }
        round("poor", poor);
        assertThat(accounts(poor)).isEmpty();
    }

    @Test
    void aCallThatStopsWaitingBeforeTheAnswerLeavesNoAccountAndNoLease() {
        hold(poor, "lee", 10);
        List<PoolReport> told = reports(poor);
        poor.release("lee");
        poor.answered(pool.exchange("poor", told));
        assertThat(leased("acme/lee")).as("granted to one who has left").isPositive();
        assertThat(poor.balances(NOON).stream()
                        .filter(one -> one.limit().isForEach())
                        .mapToLong(one -> one.share().orElseThrow().lease()))
                .containsOnly(0L);
        noted("poor", poor);
        assertThat(accounts(poor)).isEmpty();
        assertThat(leased("acme/lee")).isZero();
    }

    @Test
    void whatIsGivenBackIsToldAgainWhereTheAnswerDidNotCome() {
        round("poor", poor);
        hold(poor, "lee", 10);
        List<PoolReport> told = reports(poor);
        poor.release("lee");
        pool.exchange("poor", told);
        poor.unanswered(false);
        assertThat(accounts(poor)).containsExactly("acme/lee");
        pool.exchange("poor", reports(poor));
        poor.unanswered(false);
        assertThat(accounts(poor)).containsExactly("acme/lee");
        noted("poor", poor);
        assertThat(accounts(poor)).isEmpty();
        assertThat(leased("acme/lee")).isZero();
    }

    @Test
    void whoseNameAnotherCallStillWaitsForIsKeptAndCanBeSpent() {
        Spender lee = Budgeting.spender("acme", "search", "lee", "k1", "");
        poor.hold("first", lee, need(10), NOON);
        poor.hold("second", lee, need(20), NOON);
        List<PoolReport> told = reports(poor);
        poor.release("first");
        poor.answered(pool.exchange("poor", told));
        noted("poor", poor);
        noted("poor", poor);
        assertThat(poor.hold("second", lee, need(20), NOON)).isEqualTo(new Ruling.Held());
        poor.settle("second", cost(15));
        noted("poor", poor);
        assertThat(accounts(poor)).containsExactly("acme/lee");
        assertThat(leased("acme/lee")).isBetween(15L, 100L);
    }
}
