package dev.sluice.command;

import dev.sluice.job.JobForecast;
import dev.sluice.job.run.JobReport;
import dev.sluice.job.run.RunFolder;
import dev.sluice.ledger.RunCost;
import dev.sluice.model.Money;
import dev.sluice.settings.Settings;
import dev.sluice.store.sqlite.SqliteJobBook;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a job's runs have cost: by the ledger where it knows them, by their own files where it does not. */
final class JobMoney {
    /** A month and what a forecast looks back upon. */
    private static final Duration LONG_AGO = JobForecast.LOOK_BACK.plusDays(31);

    private JobMoney() {}

    /** None where there is no ledger on this machine. */
    static List<RunCost> booked(Settings settings, String job, Instant now) throws IOException {
        if (!SqliteJobBook.isIn(settings.data())) {
            return List.of();
        }
        try (SqliteJobBook book = SqliteJobBook.open(settings.data())) {
            return book.runs(job, now.minus(LONG_AGO), now.plus(Duration.ofDays(1)));
        }
    }

    static List<JobForecast.Past> past(List<RunFolder.Run> runs, List<RunCost> booked, Instant now) throws IOException {
        Map<String, Money> costs = new HashMap<>();
        booked.forEach(run -> costs.put(run.run(), run.cost()));
        Set<String> told = new HashSet<>();
        List<JobForecast.Past> past = new ArrayList<>();
        for (RunFolder.Run run : runs) {
            if (run.began().isAfter(now.minus(LONG_AGO)) && told.add(run.id())) {
                Optional<Money> cost = Optional.ofNullable(costs.get(run.id()));
                Money known = cost.isPresent() ? cost.get() : JobReport.of(run).cost();
                past.add(new JobForecast.Past(run.began(), known, run.whole()));
            }
        }
        for (RunCost run : booked) {
            if (told.add(run.run())) {
                past.add(new JobForecast.Past(run.first(), run.cost(), true));
            }
        }
        return past;
    }
}
