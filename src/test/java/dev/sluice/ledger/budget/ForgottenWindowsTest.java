package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.KIM;
import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.cost;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static dev.sluice.ledger.budget.Budgeting.only;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A clock that ran far ahead and comes back does not empty what was spent before. */
class ForgottenWindowsTest {
    private static Holds spentAndAhead(Limit limit, Duration by) {
        Holds holds = new Holds(List.of(limit), new Told());
        holds.hold("a", KIM, need(100), NOON);
        holds.settle("a", cost(100));
        holds.hold("ahead", KIM, need(1), NOON.plus(by));
        holds.settle("ahead", cost(1));
        return holds;
    }

    private static Limit soft() {
        Limit hard = money("gateway", 100, Period.DAY);
        return new Limit(
                hard.scope(), "", hard.measure(), 100, hard.period(), hard.zone(), false, hard.marks(), hard.thrift());
    }

    @Test
    void nothingIsSpentTwiceOfAWindowThatWasForgotten() {
        for (Period period : List.of(Period.DAY, Period.WEEK, Period.MONTH)) {
            Holds holds = spentAndAhead(money("gateway", 100, period), Duration.ofDays(70));
            assertThat(holds.hold("b", KIM, need(1), NOON)).as("%s", period).isInstanceOf(Ruling.Forgotten.class);
            assertThat(holds.hold("c", KIM, need(1), NOON.plus(Duration.ofDays(70))))
                    .as("where the clock has been it goes on")
                    .isEqualTo(new Ruling.Held());
        }
    }

    @Test
    void itIsKnownAgainOnceTheLedgerHasTold() {
        Limit limit = money("user/*", 100, Period.DAY);
        Holds holds = spentAndAhead(limit, Duration.ofDays(4));
        assertThat(holds.lost()).isEmpty();
        holds.hold("b", KIM, need(1), NOON);
        Lost lost = holds.lost().getFirst();
        assertThat(lost).isEqualTo(new Lost(limit, limit.window(NOON)));
        holds.recall(lost, Map.of(KIM, cost(90)));
        holds.recall(lost, Map.of(KIM, cost(90)));
        assertThat(only(holds).used()).isEqualTo(90);
        assertThat(holds.lost()).isEmpty();
        assertThat(holds.hold("c", KIM, need(11), NOON)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(holds.hold("d", KIM, need(10), NOON)).isEqualTo(new Ruling.Held());
    }

    @Test
    void aLimitThatBeganOnALaterDayDoesNotKnowTheOneBefore() {
        Holds holds = new Holds(List.of(money("gateway", 100, Period.DAY)), new Told());
        Instant nextDay = NOON.plus(Duration.ofDays(1));
        assertThat(holds.hold("a", KIM, need(1), nextDay)).isEqualTo(new Ruling.Held());
        assertThat(holds.hold("b", KIM, need(1), NOON)).isInstanceOf(Ruling.Forgotten.class);
    }

    /** It was put back before this start: the ledger has what was spent while it ran ahead. */
    @Test
    void aWindowToComeOfWhichTheLedgerHasSomethingIsNotTakenForEmpty() {
        Limit limit = money("gateway", 100, Period.DAY);
        Holds holds = new Holds(List.of(limit), new Told());
        holds.beware(NOON.plus(Duration.ofDays(4)));
        holds.remembered(limit, NOON);
        assertThat(holds.hold("a", KIM, need(1), NOON)).isEqualTo(new Ruling.Held());
        assertThat(holds.hold("b", KIM, need(1), NOON.plus(Duration.ofDays(4)))).isInstanceOf(Ruling.Forgotten.class);
        assertThat(holds.hold("c", KIM, need(1), NOON.plus(Duration.ofDays(5)))).isEqualTo(new Ruling.Held());
    }

    @Test
    void whatIsStillUnderWayIsNeverForgotten() {
        Holds holds = new Holds(List.of(money("gateway", 100, Period.DAY)), new Told());
        holds.hold("a", KIM, need(60), NOON);
        holds.hold("ahead", KIM, need(1), NOON.plus(Duration.ofDays(4)));
        assertThat(holds.hold("b", KIM, need(41), NOON)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(holds.hold("c", KIM, need(40), NOON)).isEqualTo(new Ruling.Held());
    }

    @Test
    void aSoftLimitOnlyAlarmsAndRefusesNobody() {
        Holds holds = spentAndAhead(soft(), Duration.ofDays(4));
        assertThat(holds.hold("b", KIM, need(1), NOON)).isEqualTo(new Ruling.Held());
    }

    @Test
    void aSoftLimitKnowsAgainWhatWasSpentAndWhatPassesMeanwhileOnce() {
        Holds holds = spentAndAhead(soft(), Duration.ofDays(4));
        holds.hold("running", KIM, need(1), NOON);
        holds.hold("ended", KIM, need(5), NOON);
        holds.settle("ended", cost(5));
        Lost lost = holds.lost().getFirst();
        assertThat(lost).isEqualTo(new Lost(soft(), soft().window(NOON)));
        assertThat(holds.counted(lost)).contains("running", "ended").doesNotContain("a", "ahead");
        holds.recall(lost, Map.of(KIM, cost(100)));
        holds.recall(lost, Map.of(KIM, cost(100)));
        assertThat(only(holds).used()).isEqualTo(105);
        holds.settle("running", cost(1));
        assertThat(only(holds).used()).isEqualTo(106);
        assertThat(holds.lost()).isEmpty();
    }
}
