package dev.sluice.ledger.budget;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long a limit's amount lasts. A window is computed from the moment alone, as people of its zone count it: a day
 * has 23, 24 or 25 hours, a week begins on Monday (ISO 8601). Nothing is ever reset.
 */
public enum Period {
    MINUTE,
    DAY,
    WEEK,
    MONTH,
    TOTAL;

    /** Reads {@code day}, {@code week} ... */
    public static Period of(String word) {
        return Arrays.stream(values())
                .filter(period -> period.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("must be day, week, month or total, not '" + word + "'"));
    }

    /** The window that the moment lies in. */
    public Window window(Instant at, ZoneId zone) {
        return switch (this) {
            case MINUTE -> {
                Instant minute = at.truncatedTo(ChronoUnit.MINUTES);
                yield new Window(minute, minute.plusSeconds(60));
            }
            case DAY -> {
                LocalDate day = LocalDate.ofInstant(at, zone);
                yield between(day, day.plusDays(1), zone);
            }
            case WEEK -> {
                LocalDate monday =
                        LocalDate.ofInstant(at, zone).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                yield between(monday, monday.plusWeeks(1), zone);
            }
            case MONTH -> {
                LocalDate first = LocalDate.ofInstant(at, zone).withDayOfMonth(1);
                yield between(first, first.plusMonths(1), zone);
            }
            case TOTAL -> Window.ALWAYS;
        };
    }

    /** Midnight may not exist on a day when clocks are put forward; the day then begins an hour later. */
    private static Window between(LocalDate from, LocalDate to, ZoneId zone) {
        return new Window(
                from.atStartOfDay(zone).toInstant(), to.atStartOfDay(zone).toInstant());
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
