package dev.sluice.ledger;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A named stretch of time.
 *
 * @param from included
 * @param to not included
 */
public record Stretch(String name, Instant from, Instant to) {

    /** How a longer time is cut. */
    public enum Unit {
        DAY,
        /** From Monday, numbered as ISO 8601 does. */
        WEEK,
        MONTH
    }

    /** All of them between two days, both included, as days are counted in a zone; the outer ones may be cut short. */
    public static List<Stretch> cut(Unit unit, LocalDate first, LocalDate last, ZoneId zone) {
        List<Stretch> stretches = new ArrayList<>();
        LocalDate day = first;
        while (!day.isAfter(last)) {
            LocalDate next = next(unit, day);
            LocalDate end = next.isAfter(last) ? last.plusDays(1) : next;
            stretches.add(new Stretch(
                    name(unit, day),
                    day.atStartOfDay(zone).toInstant(),
                    end.atStartOfDay(zone).toInstant()));
            day = next;
        }
        return stretches;
    }

    private static LocalDate next(Unit unit, LocalDate day) {
        return switch (unit) {
            case DAY -> day.plusDays(1);
            case WEEK -> day.with(TemporalAdjusters.next(DayOfWeek.MONDAY));
            case MONTH -> day.with(TemporalAdjusters.firstDayOfNextMonth());
        };
    }

    private static String name(Unit unit, LocalDate day) {
        return switch (unit) {
            case DAY -> day.toString();
            case WEEK ->
                String.format(
                        Locale.ROOT,
                        "%d-W%02d",
                        day.get(IsoFields.WEEK_BASED_YEAR),
                        day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case MONTH -> day.toString().substring(0, day.toString().length() - 3);
        };
    }
}
