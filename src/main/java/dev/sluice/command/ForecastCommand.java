package dev.sluice.command;

import dev.sluice.config.SettingsException;
import dev.sluice.job.BusinessDays;
import dev.sluice.job.CronLine;
import dev.sluice.job.ImportedRun;
import dev.sluice.job.JobFile;
import dev.sluice.job.Schedule;
import dev.sluice.ledger.price.RunPrice;
import dev.sluice.ledger.report.Reports;
import dev.sluice.pipeline.money.Prices;
import dev.sluice.settings.PriceSettings;
import dev.sluice.settings.Settings;
import dev.sluice.time.Clocks;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "forecast",
        mixinStandardHelpOptions = true,
        description = {
            "What the month will have cost at its end.",
            "",
            "From the ledger: everything together, each job by its runs and schedule, and what --by names. With --import:",
            "a run of known token counts, at the prices of a provider and a model of your choice."
        },
        footer = {
            "",
            "This month:      sluice forecast --by model",
            "Another model:   sluice forecast --import run.csv --provider deepseek --model deepseek-flash --runs 176",
            "At its hours:    sluice forecast --import run.csv --provider deepseek --model deepseek-flash \\",
            "                     --cron '30 8-15' --business-days --month 2026-10"
        })
final class ForecastCommand implements Callable<Integer> {
    /** What days can be forecast of: a run is over, and a state is nobody's. */
    private static final Set<Reports.By> SCOPES =
            EnumSet.complementOf(EnumSet.of(Reports.By.RUN, Reports.By.STATE, Reports.By.CACHE));

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description = "Also a line each: provider, model, job, agent, tenant, team, user, key, tier or caller.")
    private Optional<String> by = Optional.empty();

    @Option(names = "--zone", paramLabel = "ZONE", description = "Zone in which days are counted; Asia/Seoul.")
    private String zone = Schedule.DEFAULT_ZONE.getId();

    @Option(
            names = "--import",
            paramLabel = "FILE",
            description =
                    "JSON lines or .csv: model, input_tokens, output_tokens, cached_tokens, a line for each call.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--provider", paramLabel = "NAME", description = "Whose prices; else the file's 'provider'.")
    private Optional<String> provider = Optional.empty();

    @Option(names = "--model", paramLabel = "NAME", description = "Which model's prices; else the file's 'model'.")
    private Optional<String> model = Optional.empty();

    @Option(names = "--runs", paramLabel = "N", description = "How many such runs a month.")
    private Optional<Integer> runs = Optional.empty();

    @Option(names = "--cron", paramLabel = "LINE", description = "When such runs are made, instead of how many.")
    private Optional<String> cron = Optional.empty();

    @Option(names = "--business-days", description = "With --cron: not on Saturdays, Sundays and holidays.")
    private boolean business;

    @Option(
            names = "--holidays",
            split = ",",
            paramLabel = "DATE",
            converter = DayOption.class,
            description = "Such as 2026-12-25,2027-01-01.")
    private List<LocalDate> holidays = List.of();

    @Option(names = "--month", paramLabel = "MONTH", description = "With --import: such as 2026-10; this one.")
    private Optional<String> month = Optional.empty();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = options.out();
        ZoneId place = checkedZone();
        Instant now = Clocks.SYSTEM.wall().instant();
        if (file.isPresent()) {
            if (by.isPresent()) {
                throw new SettingsException("--by tells of the ledger, and --import of a file: leave one of them out");
            }
            Settings settings = Starting.forReading(options);
            ImportedRun.Run run = ImportedRun.read(file.get(), provider, model);
            if (run.leftOut() > 0) {
                out.println(
                        run.leftOut() == 1
                                ? "1 row left out: nobody answered it, and it cost nothing."
                                : run.leftOut() + " rows left out: nobody answered them, and they cost nothing.");
            }
            RunPrice price = new RunPrice(
                    PriceSettings.book(settings.prices(), settings.offer()),
                    Prices.freeSellers(settings.offer().providers()),
                    run.calls());
            YearMonth wanted = month.map(ForecastCommand::month).orElse(YearMonth.from(now.atZone(place)));
            new ForecastOfRun(out, price, place, wanted).print(runs, schedule(place, now));
        } else {
            refuseImportOptions();
            Optional<Reports.By> what = by.map(ForecastCommand::scope);
            new ForecastOfLedger(out, Starting.forLedger(options), place, now).print(what);
        }
        out.flush();
        return 0;
    }

    private static Reports.By scope(String word) {
        return SCOPES.stream()
                .filter(by -> word(by).equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new SettingsException("--by must be one of "
                        + SCOPES.stream().map(ForecastCommand::word).collect(Collectors.joining(", ")) + ", not '"
                        + word
                        + "'"));
    }

    private static String word(Reports.By by) {
        return by.name().toLowerCase(Locale.ROOT);
    }

    private ZoneId checkedZone() {
        try {
            return JobFile.zone(zone);
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException("--zone: " + wrong.getMessage());
        }
    }

    private Optional<Schedule> schedule(ZoneId place, Instant now) {
        if (runs.isPresent() && cron.isPresent()) {
            throw new SettingsException("--runs and --cron contradict each other");
        }
        if (runs.isPresent() && runs.get() < 1) {
            throw new SettingsException("--runs must be at least 1");
        }
        if (cron.isEmpty() && (business || !holidays.isEmpty())) {
            throw new SettingsException("--business-days and --holidays go with --cron: without it no run has a day");
        }
        if (!business && !holidays.isEmpty()) {
            throw new SettingsException("--holidays mean something only with --business-days");
        }
        try {
            Optional<Schedule> schedule = cron.map(line ->
                    new Schedule(CronLine.parse(line), place, new BusinessDays(business, new HashSet<>(holidays))));
            if (schedule.isPresent() && schedule.get().next(now).isEmpty()) {
                throw new SettingsException(
                        "--cron: '" + cron.get() + "' never fires" + (business ? " on a business day" : "")
                                + " within five years; look at its day of the month and its month");
            }
            return schedule;
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException("--cron: " + wrong.getMessage());
        }
    }

    private static YearMonth month(String text) {
        try {
            return YearMonth.parse(text);
        } catch (DateTimeParseException _) {
            throw new SettingsException("--month must be a month such as 2026-10, not '" + text + "'");
        }
    }

    private void refuseImportOptions() {
        boolean any = provider.isPresent()
                || model.isPresent()
                || runs.isPresent()
                || cron.isPresent()
                || month.isPresent()
                || business
                || !holidays.isEmpty();
        if (any) {
            throw new SettingsException(
                    "--provider, --model, --runs, --cron, --business-days, --holidays and --month go with --import");
        }
    }
}
