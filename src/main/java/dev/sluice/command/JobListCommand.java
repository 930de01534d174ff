package dev.sluice.command;

import dev.sluice.Counted;
import dev.sluice.job.Job;
import dev.sluice.job.JobList;
import dev.sluice.job.run.JobReport;
import dev.sluice.job.run.RunFolder;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "The jobs of the settings: when each runs next, and how its last run went.")
final class JobListCommand implements Callable<Integer> {
    private static final String ROW = "%-24s %-24s %-30s %s%n";

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = options.out();
        Settings settings = Starting.forReading(options);
        Instant now = Clocks.SYSTEM.wall().instant();
        List<Job> jobs = JobList.read(settings.jobs(), Environment.ofThisProcess()::get, now)
                .all();
        if (jobs.isEmpty()) {
            out.println("The settings name no jobs: set jobs.folder or jobs.files (docs/jobs.md).");
        } else {
            out.printf(ROW, "job", "cron", "next run", "last run");
        }
        for (Job job : jobs) {
            out.printf(ROW, job.name(), cron(job), next(job, now), last(job, settings));
        }
        out.flush();
        return 0;
    }

    private static String cron(Job job) {
        return job.schedule()
                .map(schedule -> schedule.cron() + (schedule.days().onlyBusiness() ? ", business days" : ""))
                .orElse("by hand");
    }

    private static String next(Job job, Instant now) {
        return job.schedule()
                .flatMap(schedule -> schedule.next(now)
                        .map(next -> next.atZone(schedule.zone()).toString()))
                .orElse("-");
    }

    private static String last(Job job, Settings settings) throws IOException {
        List<RunFolder.Run> runs =
                RunFolder.of(job, JobService.results(settings)).runs(job.name());
        Optional<RunFolder.Run> last = runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast());
        if (last.isEmpty()) {
            return "never";
        }
        JobReport report = JobReport.of(last.get());
        return last.get().began().truncatedTo(ChronoUnit.MINUTES) + ", "
                + (last.get().whole() ? "whole" : "unfinished") + ", " + Counted.of(report.rows(), "row") + ", "
                + report.failed()
                + " failed, $" + report.cost();
    }
}
