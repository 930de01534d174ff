package dev.sluice.job;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Set;

/**
 * Which days count.
 *
 * @param onlyBusiness false where every day does
 * @param holidays no business on them, besides Saturdays and Sundays
 */
public record BusinessDays(boolean onlyBusiness, Set<LocalDate> holidays) {
    public static final BusinessDays EVERY_DAY = new BusinessDays(false, Set.of());

    public BusinessDays {
        holidays = Set.copyOf(holidays);
        if (!onlyBusiness && !holidays.isEmpty()) {
            throw new IllegalArgumentException("holidays mean something only with business days");
        }
    }

    boolean counts(LocalDate day) {
        boolean weekend = day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY;
        return !onlyBusiness || (!weekend && !holidays.contains(day));
    }
}
