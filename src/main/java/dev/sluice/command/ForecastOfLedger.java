package dev.sluice.command;

import dev.sluice.Counted;
import dev.sluice.job.Job;
import dev.sluice.job.JobForecast;
import dev.sluice.job.JobList;
import dev.sluice.job.Schedule;
import dev.sluice.job.run.RunFolder;
import dev.sluice.ledger.Forecast;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.report.Reports;
import dev.sluice.model.Money;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.store.sqlite.SqliteReports;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells what this month will have cost by the ledger. Jobs are forecast by their runs and schedules; everything else by
 * the mean of the last four weeks, day by day, which has each day of the week in it four times.
 */
final class ForecastOfLedger {
    private static final int LOOK_BACK_DAYS = 28;
    private static final String ROW = "%-32s %14s %14s %-32s %8s %8s%n";

    private final PrintWriter out;
    private final Settings settings;
    private final ZoneId zone;
    private final Instant now;
    private final LocalDate today;
    private final YearMonth month;

    ForecastOfLedger(PrintWriter out, Settings settings, ZoneId zone, Instant now) {
        this.out = out;
        this.settings = settings;
        this.zone = zone;
        this.now = now;
        this.today = LocalDate.ofInstant(now, zone);
        this.month = YearMonth.from(today);
    }

    void print(Optional<Reports.By> by) throws IOException {
        out.println("At the end of " + month + " (" + zone + "), in US dollars:");
        out.printf(ROW, "", "so far", "at its end", "95 of 100 times between", "seen", "left");
        try (SqliteReports reports = SqliteReports.open(settings.data())) {
            line("everything", everything(reports));
            for (Job job : JobList.read(settings.jobs(), Environment.ofThisProcess()::get, now)
                    .all()) {
                line("job " + job.name(), ofJob(job));
            }
            if (by.isPresent()) {
                by(reports, by.get()).forEach((name, forecast) -> line(name.isEmpty() ? "-" : name, forecast));
            }
            Spending doubt = reports.total(Schedule.begin(month, zone), now);
            if (doubt.inDoubt() > 0 || doubt.unpriced() > 0) {
                out.println("Not in it: " + Counted.of(doubt.inDoubt(), "attempt") + " in doubt ($" + doubt.reserved()
                        + " reserved), " + doubt.unpriced() + " without a known price.");
            }
        }
        out.println("Days are seen and left, runs for jobs.");
    }

    private void line(String name, Forecast forecast) {
        String range = forecast.range()
                .map(found -> found.low() + " to " + found.high())
                .orElse("not known yet");
        out.printf(ROW, name, forecast.spent(), forecast.expected(), range, forecast.seen(), forecast.left());
    }

    private Forecast ofJob(Job job) throws IOException {
        List<RunFolder.Run> runs =
                RunFolder.of(job, JobService.results(settings)).runs(job.name());
        return JobForecast.of(job, JobMoney.past(runs, JobMoney.booked(settings, job.name(), now), now), now);
    }

    private Forecast everything(Reports reports) {
        List<Money> days =
                reports.byDay(first(), today, zone).stream().map(Spending::cost).toList();
        return ofDays(days);
    }

    /** The month's first day, or the first of those looked back upon, whichever is earlier. */
    private LocalDate first() {
        LocalDate back = today.minusDays(LOOK_BACK_DAYS);
        return back.isBefore(month.atDay(1)) ? back : month.atDay(1);
    }

    private Map<String, Forecast> by(Reports reports, Reports.By what) {
        Map<String, List<Money>> days = new TreeMap<>();
        int count = 0;
        for (LocalDate day = first(); !day.isAfter(today); day = day.plusDays(1)) {
            for (Spending line : reports.by(what, begin(day), begin(day.plusDays(1)))) {
                List<Money> costs = days.computeIfAbsent(line.name(), _ -> new ArrayList<>());
                pad(costs, count);
                costs.add(line.cost());
            }
            count++;
        }
        Map<String, Forecast> forecasts = new TreeMap<>();
        for (Map.Entry<String, List<Money>> scope : days.entrySet()) {
            pad(scope.getValue(), count);
            forecasts.put(scope.getKey(), ofDays(scope.getValue()));
        }
        return forecasts;
    }

    /** Days on which nothing was spent. */
    private static void pad(List<Money> costs, int count) {
        while (costs.size() < count) {
            costs.add(Money.ZERO);
        }
    }

    private Instant begin(LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }

    /** @param days from {@link #first} to today, which is not over: it is not seen yet, and one of those left */
    private Forecast ofDays(List<Money> days) {
        int before = today.getDayOfMonth() - 1;
        List<Money> full = days.subList(0, days.size() - 1);
        Money spent = full.subList(full.size() - before, full.size()).stream().reduce(Money.ZERO, Money::plus);
        List<Money> seen = full.subList(Math.max(0, full.size() - LOOK_BACK_DAYS), full.size());
        int begun = 0;
        while (begun < seen.size() && seen.get(begun).equals(Money.ZERO)) {
            begun++; // Before its first cost a scope was not in use.
        }
        return Forecast.of(spent, seen.subList(begun, seen.size()), month.lengthOfMonth() - before)
                .withSpent(spent.plus(days.getLast()));
    }
}
