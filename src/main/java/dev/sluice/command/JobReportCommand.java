package dev.sluice.command;

import dev.sluice.Counted;
import dev.sluice.config.SettingsException;
import dev.sluice.dialect.batch.BatchResult;
import dev.sluice.job.Job;
import dev.sluice.job.JobForecast;
import dev.sluice.job.run.JobReport;
import dev.sluice.job.run.RunFolder;
import dev.sluice.ledger.Forecast;
import dev.sluice.ledger.RunCost;
import dev.sluice.settings.Settings;
import dev.sluice.time.Clocks;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Tell of a run: requests, tokens, cost, slowest and failed rows, 429s, and the forecast for the month.",
            "Its money is the ledger's where the ledger on this machine knows the run, else what the answers said."
        })
final class JobReportCommand implements Callable<Integer> {
    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Mixin
    private final JobCommand.Named named = new JobCommand.Named();

    @Option(names = "--run", paramLabel = "ID", description = "Which run; the last one.")
    private Optional<String> wanted = Optional.empty();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = options.out();
        Settings settings = Starting.forReading(options);
        Job job = named.among(settings);
        List<RunFolder.Run> runs =
                RunFolder.of(job, JobService.results(settings)).runs(job.name());
        RunFolder.Run run = chosen(job, runs);
        Instant now = Clocks.SYSTEM.wall().instant();
        List<RunCost> booked = JobMoney.booked(settings, job.name(), now);
        Optional<RunCost> ledger =
                booked.stream().filter(cost -> cost.run().equals(run.id())).findFirst();
        print(out, JobReport.of(run), ledger);
        forecast(out, job, JobForecast.of(job, JobMoney.past(runs, booked, now), now));
        out.flush();
        return 0;
    }

    private RunFolder.Run chosen(Job job, List<RunFolder.Run> runs) {
        return runs.stream()
                .filter(run -> wanted.isEmpty() || run.id().equals(wanted.get()))
                .reduce((_, later) -> later)
                .orElseThrow(() -> new SettingsException("job " + job.name() + " has no run"
                        + wanted.map(id -> " " + id).orElse("") + " here"));
    }

    private static void print(PrintWriter out, JobReport report, Optional<RunCost> ledger) {
        out.println("Run " + report.run().id() + " of " + report.run().job()
                + (report.run().whole() ? "" : ", unfinished"));
        out.printf("  %-12s %d finished, %d failed%n", "rows", report.rows(), report.failed());
        out.printf("  %-12s %d%n", "requests", ledger.map(RunCost::requests).orElse(report.requests()));
        out.printf(
                "  %-12s %,d in (%,d cached), %,d out%n",
                "tokens",
                ledger.map(RunCost::inputTokens).orElse(report.inputTokens()),
                ledger.map(RunCost::cachedTokens).orElse(report.cachedTokens()),
                ledger.map(RunCost::outputTokens).orElse(report.outputTokens()));
        out.printf("  %-12s $%s%s%n", "cost", ledger.map(RunCost::cost).orElse(report.cost()), note(report, ledger));
        out.printf(
                "  %-12s %d at the providers, %d at the gateway%n",
                "429s", ledger.map(RunCost::throttled).orElse(0L), report.throttled());
        out.printf(
                "  %-12s %d s%n",
                "took", Duration.between(report.run().began(), report.ended()).toSeconds());
        report.slowest()
                .forEach(row -> out.printf(
                        "  %-12s line %d: %,d ms%n",
                        "slow", row.line(), row.effort().millis()));
        for (BatchResult row : report.failures()) {
            out.printf(
                    "  %-12s line %d: %s%n", "failed", row.line(), row.error().orElse(""));
        }
        if (report.failed() > report.failures().size()) {
            out.println(
                    "               and " + (report.failed() - report.failures().size()) + " more in "
                            + report.run().file());
        }
    }

    private static String note(JobReport report, Optional<RunCost> ledger) {
        if (ledger.isEmpty()) {
            return ", as the answers said"
                    + (report.unpriced() > 0
                            ? "; more: " + Counted.of(report.unpriced(), "row")
                                    + " had no known price, or some of it is in doubt"
                            : "");
        }
        RunCost cost = ledger.get();
        return ", by the ledger: " + Counted.of(cost.attempts(), "attempt")
                + (cost.inDoubt() > 0
                        ? ", and " + cost.inDoubt() + " in doubt with $" + cost.reserved() + " reserved"
                        : "")
                + (cost.unpriced() > 0 ? "; more: " + cost.unpriced() + " had no known price" : "");
    }

    private static void forecast(PrintWriter out, Job job, Forecast forecast) {
        if (job.schedule().isEmpty()) {
            out.printf("  %-12s $%s so far; it runs by hand only%n", "this month", forecast.spent());
            return;
        }
        out.printf(
                "  %-12s $%s so far, $%s at its end%s; %s left, by %s seen%n",
                "this month",
                forecast.spent(),
                forecast.expected(),
                forecast.range()
                        .map(range -> " ($" + range.low() + " to $" + range.high() + ")")
                        .orElse(""),
                Counted.of(forecast.left(), "run"),
                Counted.of(forecast.seen(), "run"));
    }
}
