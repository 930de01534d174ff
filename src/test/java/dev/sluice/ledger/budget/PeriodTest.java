package dev.sluice.ledger.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** A window is what people of its zone call a day, a week or a month. */
class PeriodTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    private static Window window(Period period, String at, ZoneId zone) {
        return period.window(Instant.parse(at), zone);
    }

    private static Duration length(Window window) {
        return Duration.between(window.from(), window.to());
    }

    @Test
    void aDayInSeoulBeginsAtThreeInTheAfternoonOfLondonsWinter() { // K02, G23
        assertThat(window(Period.DAY, "2026-11-21T14:59:59.999Z", SEOUL))
                .isEqualTo(new Window(Instant.parse("2026-11-20T15:00:00Z"), Instant.parse("2026-11-21T15:00:00Z")));
        assertThat(window(Period.DAY, "2026-11-21T15:00:00Z", SEOUL).from())
                .isEqualTo(Instant.parse("2026-11-21T15:00:00Z"));
    }

    @Test
    void aDayOnWhichClocksChangeHas23Or25Hours() { // K02
        assertThat(length(window(Period.DAY, "2026-03-08T12:00:00Z", NEW_YORK))).isEqualTo(Duration.ofHours(23));
        assertThat(length(window(Period.DAY, "2026-11-01T12:00:00Z", NEW_YORK))).isEqualTo(Duration.ofHours(25));
        assertThat(length(window(Period.DAY, "2026-11-02T12:00:00Z", NEW_YORK))).isEqualTo(Duration.ofHours(24));
        assertThat(length(window(Period.WEEK, "2026-11-01T12:00:00Z", NEW_YORK)))
                .isEqualTo(Duration.ofHours(7 * 24 + 1));
        // Lord Howe moves by half an hour; in Beirut and Havana midnight itself is skipped.
        assertThat(length(window(Period.DAY, "2026-10-04T00:00:00Z", ZoneId.of("Australia/Lord_Howe"))))
                .isEqualTo(Duration.ofMinutes(23 * 60 + 30));
        assertThat(length(window(Period.DAY, "2026-03-08T15:00:00Z", ZoneId.of("America/Havana"))))
                .isEqualTo(Duration.ofHours(23));
    }

    @Test
    void aMonthEndsWithItsLastDayAlsoInLeapYears() { // K02
        assertThat(window(Period.MONTH, "2028-02-29T23:00:00Z", ZoneId.of("UTC")))
                .isEqualTo(new Window(Instant.parse("2028-02-01T00:00:00Z"), Instant.parse("2028-03-01T00:00:00Z")));
        assertThat(window(Period.MONTH, "2026-01-31T15:00:00Z", SEOUL).from())
                .isEqualTo(Instant.parse("2026-01-31T15:00:00Z"));
    }

    @Test
    void aWeekBeginsOnMondayAcrossTheYear() { // K02
        assertThat(window(Period.WEEK, "2027-01-03T23:59:59Z", ZoneId.of("UTC")))
                .isEqualTo(new Window(Instant.parse("2026-12-28T00:00:00Z"), Instant.parse("2027-01-04T00:00:00Z")));
    }

    @Test
    void windowsFollowEachOtherWithoutGapInEveryZone() { // K02
        for (String name : new String[] {
            "Asia/Seoul", "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca"
        }) {
            ZoneId zone = ZoneId.of(name);
            for (Period period : new Period[] {Period.DAY, Period.WEEK, Period.MONTH}) {
                Instant at = Instant.parse("2026-01-01T00:00:00Z");
                Instant end = Instant.parse("2028-04-01T00:00:00Z");
                Window window = period.window(at, zone);
                while (window.to().isBefore(end)) {
                    Window next = period.window(window.to(), zone);
                    assertThat(next.from()).as("%s %s", zone, period).isEqualTo(window.to());
                    assertThat(period.window(window.to().minusNanos(1), zone)).isEqualTo(window);
                    window = next;
                }
            }
        }
    }

    @Test
    void totalHasNoEndAndAWrongWordIsNamed() {
        assertThat(window(Period.TOTAL, "2026-11-21T00:00:00Z", SEOUL)).isEqualTo(Window.ALWAYS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Period.of("fortnight"))
                .withMessageContaining("not 'fortnight'");
    }
}
