package dev.sluice.job;

import dev.sluice.ledger.Forecast;
import dev.sluice.model.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a job will have cost at the month's end: its runs so far, and the times left in its schedule. Pure. */
public final class JobForecast {
    /** Runs longer ago say little about those to come. */
    public static final Duration LOOK_BACK = Duration.ofDays(60);

    private static final int MOST_RUNS = 200;

    private JobForecast() {}

    /**
     * A run that has been.
     *
     * @param whole false where it is under way, or stopped before its end: its cost counts as spent, but says nothing
     *     about a whole run's
     */
    public record Past(Instant began, Money cost, boolean whole) {}

    /**
     * Looks ahead to the end of the month in which {@code now} lies, as months are counted in the job's zone.
     *
     * @param runs in any order; those of the last {@link #LOOK_BACK}, at most two hundred, are taken for the mean
     */
    public static Forecast of(Job job, List<Past> runs, Instant now) {
        Optional<Schedule> schedule = job.schedule();
        ZoneId zone = schedule.map(Schedule::zone).orElse(Schedule.DEFAULT_ZONE);
        YearMonth month = YearMonth.from(now.atZone(zone));
        Instant end = Schedule.begin(month.plusMonths(1), zone);
        Money spent = runs.stream()
                .filter(run -> YearMonth.from(run.began.atZone(zone)).equals(month))
                .map(Past::cost)
                .reduce(Money.ZERO, Money::plus);
        List<Money> seen = runs.stream()
                .filter(run -> run.whole && run.began.isAfter(now.minus(LOOK_BACK)))
                .sorted(Comparator.comparing(Past::began).reversed())
                .limit(MOST_RUNS)
                .map(Past::cost)
                .toList();
        int left = schedule.map(times -> times.times(now, end).size()).orElse(0);
        return Forecast.of(spent, seen, left);
    }
}
