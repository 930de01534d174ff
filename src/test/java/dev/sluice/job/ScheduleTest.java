package dev.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final BusinessDays BUSINESS = new BusinessDays(true, Set.of());

    private static Schedule of(String cron, String zone, BusinessDays days) {
        return new Schedule(CronLine.parse(cron), ZoneId.of(zone), days);
    }

    @Test
    void theScoutRunsEightTimesOnEachOfTwentyTwoBusinessDays() { // S0
        Schedule scout = of("30 8-15", "Asia/Seoul", BUSINESS);
        assertThat(scout.times(YearMonth.of(2026, 10))).hasSize(176);
    }

    @Test
    void holidaysAreNoBusinessDays() {
        BusinessDays days = new BusinessDays(true, Set.of(LocalDate.of(2026, 10, 5), LocalDate.of(2026, 10, 10)));
        Schedule scout = of("30 8-15", "Asia/Seoul", days);
        assertThat(scout.times(YearMonth.of(2026, 10)))
                .as("the 10th is a Saturday")
                .hasSize(168);
    }

    @Test
    void afterTheLastTimeOfFridayComesMonday() {
        Schedule scout = of("30 8-15", "Asia/Seoul", BUSINESS);
        assertThat(scout.next(Instant.parse("2026-11-20T06:30:00Z"))) // Friday 15:30 in Seoul
                .contains(Instant.parse("2026-11-22T23:30:00Z"));
    }

    @Test
    void theTimeItselfIsNotAfterItself() {
        Schedule hourly = of("0 * * * *", "UTC", BusinessDays.EVERY_DAY);
        assertThat(hourly.next(Instant.parse("2026-11-20T06:00:00Z"))).contains(Instant.parse("2026-11-20T07:00:00Z"));
        assertThat(hourly.next(Instant.parse("2026-11-20T05:59:59.999Z")))
                .contains(Instant.parse("2026-11-20T06:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0 30 2 *", "0 0 31 4,6 *"})
    void aDayThatNoMonthHasNeverComes(String cron) {
        assertThat(of(cron, "UTC", BusinessDays.EVERY_DAY).next(Instant.parse("2026-11-20T00:00:00Z")))
                .isEmpty();
    }

    @Test
    void minutesOfSaturdaysAreNeverOnABusinessDay() {
        assertThat(of("* * * * 6", "UTC", BUSINESS).next(Instant.parse("2026-11-20T00:00:00Z")))
                .isEmpty();
    }

    @Test
    void aTimeThatTheClocksLeaveOutIsTakenAfterTheGapAndOneThatComesTwiceOnce() {
        Schedule daily = of("30 2 * * *", "Europe/Berlin", BusinessDays.EVERY_DAY);
        assertThat(daily.times(Instant.parse("2026-03-28T12:00:00Z"), Instant.parse("2026-03-30T12:00:00Z")))
                .containsExactly(Instant.parse("2026-03-29T01:30:00Z"), Instant.parse("2026-03-30T00:30:00Z"));
        assertThat(daily.times(Instant.parse("2026-10-24T12:00:00Z"), Instant.parse("2026-10-26T12:00:00Z")))
                .containsExactly(Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void everyHourStaysInOrderWhileTheClocksChange() {
        Schedule hourly = of("30 * * * *", "Europe/Berlin", BusinessDays.EVERY_DAY);
        assertThat(hourly.times(Instant.parse("2026-03-29T00:00:00Z"), Instant.parse("2026-03-29T04:00:00Z")))
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSize(4);
        assertThat(hourly.times(Instant.parse("2026-10-25T00:00:00Z"), Instant.parse("2026-10-25T04:00:00Z")))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "30", "61 * * * *", "* * *", "0 0 L * *", "@daily", "x y", "*/0 * * * *", "0 0 * * * *"})
    void whatIsNoCronLineIsRefused(String text) {
        assertThatThrownBy(() -> CronLine.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a cron line");
    }

    @Test
    void monthsAreThoseOfTheZone() {
        Schedule midnight = of("0 0 1 * *", "Asia/Seoul", BusinessDays.EVERY_DAY);
        assertThat(midnight.times(YearMonth.of(2026, 12))).containsExactly(Instant.parse("2026-11-30T15:00:00Z"));
        assertThat(Schedule.begin(YearMonth.of(2026, 12), SEOUL)).isEqualTo(Instant.parse("2026-11-30T15:00:00Z"));
    }
}
