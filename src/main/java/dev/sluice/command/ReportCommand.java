package dev.sluice.command;

import dev.sluice.http.UsageJson;
import dev.sluice.ledger.report.UsageCsv;
import dev.sluice.ledger.report.UsageQuestion;
import dev.sluice.ledger.report.UsageReport;
import dev.sluice.ledger.report.UsageText;
import dev.sluice.settings.Settings;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.time.Clocks;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "What was spent, by time, payer, model or provider.",
            "Reads the database beside a running gateway; the last half second may be missing."
        })
final class ReportCommand implements Callable<Integer> {
    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description = "day, week, month, provider, model, job, run, agent, tenant, team, user, key, tier, caller,"
                    + " state or cache; day.")
    private Optional<String> by = Optional.empty();

    @Option(names = "--from", paramLabel = "DATE", description = "First day, such as 2026-11-01; 30 days ago.")
    private Optional<String> from = Optional.empty();

    @Option(names = "--to", paramLabel = "DATE", description = "Last day; today.")
    private Optional<String> to = Optional.empty();

    @Option(names = "--zone", paramLabel = "ZONE", description = "Zone in which days are counted; Asia/Seoul.")
    private Optional<String> zone = Optional.empty();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text, csv or json; text.")
    private Optional<String> format = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        UsageQuestion question = question();
        Settings settings = Starting.forLedger(options);
        try (SqliteReports reports = SqliteReports.open(settings.data())) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(written(UsageReport.of(
                    question, reports, settings.spending().rules().baselineName())));
            out.flush();
        }
        return 0;
    }

    private UsageQuestion question() {
        Map<String, Optional<String>> given = Map.of("by", by, "from", from, "to", to, "zone", zone, "format", format);
        try {
            return UsageQuestion.of(
                    name -> given.getOrDefault(name, Optional.empty()),
                    UsageQuestion.Format.TEXT,
                    Clocks.SYSTEM.wall());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
        }
    }

    private static String written(UsageReport report) {
        return switch (report.question().format()) {
            case TEXT -> UsageText.write(report);
            case CSV -> UsageCsv.write(report);
            case JSON -> new String(UsageJson.write(report), StandardCharsets.UTF_8) + "\n";
        };
    }
}
