package dev.sluice.job;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a job runs. A time that a change of the clocks leaves out is taken where the clocks stand then; one that comes
 * twice is taken the first time. Immutable.
 *
 * @param zone in which cron line and days are read
 */
public record Schedule(CronLine cron, ZoneId zone, BusinessDays days) {
    /** Where no zone is written. */
    public static final ZoneId DEFAULT_ZONE = ZoneId.of("Asia/Seoul");

    /** A schedule without a time within these years never fires, as far as anybody here cares. */
    static final Period HORIZON = Period.ofYears(5);

    /** More times than a month has minutes there cannot be. */
    private static final int MOST_TIMES = 31 * 24 * 60;

    /** The first time after this moment; empty where there is none within five years. */
    public Optional<Instant> next(Instant after) {
        LocalDateTime from = after.atZone(zone).toLocalDateTime();
        LocalDate horizon = from.toLocalDate().plus(HORIZON);
        LocalDateTime at = from;
        while (true) {
            Optional<LocalDateTime> found = cron.next(at);
            if (found.isEmpty() || found.get().toLocalDate().isAfter(horizon)) {
                return Optional.empty();
            }
            LocalDateTime time = found.get();
            if (!days.counts(time.toLocalDate())) {
                // Not minute by minute through a holiday.
                at = time.toLocalDate().plusDays(1).atStartOfDay().minusNanos(1);
                continue;
            }
            Instant instant = time.atZone(zone).toInstant();
            if (instant.isAfter(after)) {
                return Optional.of(instant);
            }
            at = time;
        }
    }

    /** The times from {@code from}, included, to {@code to}, not included; of a month at most. */
    public List<Instant> times(Instant from, Instant to) {
        List<Instant> times = new ArrayList<>();
        Optional<Instant> next = next(from.minusNanos(1));
        while (next.isPresent() && next.get().isBefore(to) && times.size() < MOST_TIMES) {
            times.add(next.get());
            next = next(next.get());
        }
        return times;
    }

    /** All times of the month. */
    public List<Instant> times(YearMonth month) {
        return times(begin(month, zone), begin(month.plusMonths(1), zone));
    }

    /** The first moment of the month. */
    public static Instant begin(YearMonth month, ZoneId zone) {
        return month.atDay(1).atStartOfDay(zone).toInstant();
    }
}
