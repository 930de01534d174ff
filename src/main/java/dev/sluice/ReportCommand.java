package dev.sluice;

import dev.sluice.config.SettingsException;
import dev.sluice.ledger.Reports;
import dev.sluice.ledger.Spending;
import dev.sluice.provider.Inquiry;
import dev.sluice.store.sqlite.SqliteReports;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "What was spent: by day, provider, model, job, run, caller or state.",
            "Reads the database beside a running gateway; the last half second may be missing."
        })
final class ReportCommand implements Callable<Integer> {
    private static final String ROW = "%-40s %9s %9s %8s %8s %14s %14s %12s %12s%n";

    enum By {
        DAY,
        PROVIDER,
        MODEL,
        JOB,
        RUN,
        CALLER,
        STATE
    }

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Option(names = "--by", paramLabel = "WHAT", description = "day, provider, model, job, run, caller or state; day.")
    private By by = By.DAY;

    @Option(names = "--from", paramLabel = "DATE", description = "First day, such as 2026-11-01; 30 days ago.")
    private Optional<LocalDate> from = Optional.empty();

    @Option(names = "--to", paramLabel = "DATE", description = "Last day; today.")
    private Optional<LocalDate> to = Optional.empty();

    @Option(names = "--zone", paramLabel = "ZONE", description = "Zone in which days are counted; Asia/Seoul.")
    private ZoneId zone = ZoneId.of("Asia/Seoul");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        try (Inquiry inquiry = new Inquiry(Duration.ofMillis(1))) {
            Settings settings = Starting.settings(
                    options, Optional.empty(), Optional.empty(), Environment.ofThisProcess(), inquiry);
            if (!Files.isDirectory(settings.data())) {
                throw new SettingsException("there is no data in " + settings.data() + "; name the folder with --data");
            }
            try (SqliteReports reports = SqliteReports.open(settings.data())) {
                print(reports);
            }
        }
        return 0;
    }

    private void print(Reports reports) {
        LocalDate last = to.orElseGet(() -> LocalDate.now(zone));
        LocalDate first = from.orElse(last.minusDays(30));
        PrintWriter out = spec.commandLine().getOut();
        out.printf(ROW, by, "attempts", "settled", "doubt", "unpriced", "cost $", "reserved $", "input", "output");
        lines(reports, first, last).forEach(line -> print(out, line));
        print(
                out,
                reports.total(
                        first.atStartOfDay(zone).toInstant(),
                        last.plusDays(1).atStartOfDay(zone).toInstant()));
        out.flush();
    }

    private List<Spending> lines(Reports reports, LocalDate first, LocalDate last) {
        return switch (by) {
            case DAY ->
                reports.byDay(first, last, zone).stream()
                        .filter(day -> day.attempts() > 0)
                        .toList();
            case PROVIDER -> by(reports, Reports.By.PROVIDER, first, last);
            case MODEL -> by(reports, Reports.By.MODEL, first, last);
            case JOB -> by(reports, Reports.By.JOB, first, last);
            case RUN -> by(reports, Reports.By.RUN, first, last);
            case CALLER -> by(reports, Reports.By.CALLER, first, last);
            case STATE -> by(reports, Reports.By.STATE, first, last);
        };
    }

    private List<Spending> by(Reports reports, Reports.By what, LocalDate first, LocalDate last) {
        return reports.by(
                what,
                first.atStartOfDay(zone).toInstant(),
                last.plusDays(1).atStartOfDay(zone).toInstant());
    }

    private static void print(PrintWriter out, Spending line) {
        out.printf(
                ROW,
                line.name().isEmpty() ? "-" : line.name(),
                line.attempts(),
                line.settled(),
                line.inDoubt(),
                line.unpriced(),
                line.cost(),
                line.reserved(),
                line.inputTokens(),
                line.outputTokens());
    }
}
