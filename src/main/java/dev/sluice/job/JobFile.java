package dev.sluice.job;

import dev.sluice.config.Nearest;
import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.config.SettingsFile;
import dev.sluice.model.Money;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Reads a job's file. Paths in it are taken from the folder it lies in. docs/jobs.md explains each key. */
public final class JobFile {
    private static final String NAME = "[a-z0-9][a-z0-9._-]{0,39}";
    private static final String AMOUNT = "[0-9]{1,9}(\\.[0-9]{1,9})?";
    private static final int MOST_TOKENS = 1_000_000;
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Path file;
    private final Section root;
    private final Instant now;

    private JobFile(Path file, Section root, Instant now) {
        this.file = file;
        this.root = root;
        this.now = now;
    }

    /**
     * Reads and checks a job.
     *
     * @param now a schedule must have a time within five years from here
     * @throws SettingsException with file, line, path and what to write instead
     */
    public static Job read(Path file, Function<String, Optional<String>> environment, Instant now) {
        return read(file, SettingsFile.read(file, environment), now);
    }

    static Job read(Path file, Section root, Instant now) {
        Job job = new JobFile(file.toAbsolutePath(), root, now).job();
        root.close();
        return job;
    }

    private Job job() {
        String name = root.text("name").orElseThrow(() -> root.wrong("needs a 'name'"));
        if (!name.matches(NAME)) {
            throw root.wrong("name", "must be lower-case letters, digits, dots and dashes, at most 40");
        }
        Section scheduling = root.section("schedule");
        return new Job(
                name,
                file,
                schedule(scheduling),
                scheduling.value("missed", JobFile::missed).orElse(Job.Missed.SKIP),
                input(root.section("input")),
                root.text("model").filter(text -> !text.isBlank()).orElseThrow(() -> root.wrong("needs a 'model'")),
                maxOutputTokens(),
                concurrency(),
                budget(root.section("budget")),
                deadline(),
                root.value("on-error", JobFile::onError).orElse(Job.OnError.CONTINUE),
                root.text("results").map(this::beside));
    }

    private Path beside(String path) {
        return Optional.ofNullable(file.getParent()).orElse(Path.of("")).resolve(path);
    }

    // ---- when

    private Optional<Schedule> schedule(Section section) {
        Optional<CronLine> cron = section.value("cron", CronLine::parse);
        ZoneId zone = section.value("zone", JobFile::zone).orElse(Schedule.DEFAULT_ZONE);
        boolean business = section.value("days", JobFile::isBusiness).orElse(false);
        Set<LocalDate> holidays = holidays(section);
        if (!business && !holidays.isEmpty()) {
            throw section.wrong("holidays", "mean something only with 'days: business'");
        }
        if (cron.isEmpty()) {
            if (!section.names().isEmpty()) {
                throw section.wrong("needs a 'cron' line");
            }
            return Optional.empty();
        }
        Schedule schedule = new Schedule(cron.get(), zone, new BusinessDays(business, holidays));
        if (schedule.next(now).isEmpty()) {
            throw section.wrong(
                    "cron",
                    "'" + cron.get() + "' never fires" + (business ? " on a business day" : "")
                            + " within five years; look at its day of the month and its month");
        }
        return Optional.of(schedule);
    }

    /**
     * The zone of this name.
     *
     * @throws IllegalArgumentException with the nearest right name
     */
    public static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            String nearest = Nearest.to(name, ZoneId.getAvailableZoneIds());
            throw new IllegalArgumentException(
                    "there is no zone '" + name + "'; write one such as Asia/Seoul"
                            + (nearest.isEmpty() ? "" : ", or did you mean '" + nearest + "'?"),
                    unknown);
        }
    }

    private static boolean isBusiness(String word) {
        return switch (word) {
            case "business" -> true;
            case "every" -> false;
            default -> throw new IllegalArgumentException("must be 'every' or 'business', not '" + word + "'");
        };
    }

    private static Set<LocalDate> holidays(Section section) {
        Set<LocalDate> holidays = new HashSet<>();
        for (String text : section.texts("holidays")) {
            try {
                holidays.add(LocalDate.parse(text));
            } catch (DateTimeException _) {
                throw section.wrong("holidays", "'" + text + "' is not a date such as 2026-12-25");
            }
        }
        return holidays;
    }

    private static Job.Missed missed(String word) {
        return switch (word) {
            case "run" -> Job.Missed.RUN;
            case "skip" -> Job.Missed.SKIP;
            default -> throw new IllegalArgumentException("must be 'run' or 'skip', not '" + word + "'");
        };
    }

    // ---- what

    private Job.Input input(Section section) {
        Optional<Path> jsonl = section.text("jsonl").map(this::beside);
        Optional<Path> csv = section.text("csv").map(this::beside);
        Optional<String> template = section.text("template").filter(text -> !text.isBlank());
        Optional<String> system = section.text("system");
        if (jsonl.isPresent() && csv.isPresent()) {
            throw section.wrong("has both 'jsonl' and 'csv'; a job has one of them");
        }
        if (jsonl.isPresent()) {
            if (template.isPresent() || system.isPresent()) {
                throw section.wrong("has a template, which goes with 'csv'; each line of 'jsonl' is a whole call");
            }
            return new Job.Input.Jsonl(jsonl.get());
        }
        Path path = csv.orElseThrow(() -> section.wrong("needs 'jsonl' or 'csv'"));
        String text = template.orElseThrow(() -> section.wrong("needs a 'template' for the records of 'csv'"));
        return new Job.Input.Csv(
                path, template(section, "template", text), template(section, "system", system.orElse("")));
    }

    private static Template template(Section section, String name, String text) {
        try {
            return new Template(text);
        } catch (IllegalArgumentException wrong) {
            throw section.wrong(name, String.valueOf(wrong.getMessage()));
        }
    }

    // ---- how

    private OptionalInt maxOutputTokens() {
        int tokens = root.integer("max-output-tokens", 0);
        if (root.has("max-output-tokens") && (tokens < 1 || tokens > MOST_TOKENS)) {
            throw root.wrong("max-output-tokens", "must be 1 to " + MOST_TOKENS);
        }
        return tokens == 0 ? OptionalInt.empty() : OptionalInt.of(tokens);
    }

    private int concurrency() {
        int concurrency = root.integer("concurrency", Job.DEFAULT_CONCURRENCY);
        if (concurrency < 1 || concurrency > Job.MOST_CONCURRENT) {
            throw root.wrong("concurrency", "must be 1 to " + Job.MOST_CONCURRENT);
        }
        return concurrency;
    }

    private Duration deadline() {
        Duration deadline = root.duration("deadline", Job.DEFAULT_DEADLINE);
        if (deadline.isZero() || deadline.compareTo(LONGEST) > 0) {
            throw root.wrong("deadline", "must be more than nothing and at most 24h");
        }
        return deadline;
    }

    private static Job.Budget budget(Section section) {
        Job.Budget budget =
                new Job.Budget(section.value("run", JobFile::amount), section.value("month", JobFile::amount));
        if (budget.run().isPresent()
                && budget.month().isPresent()
                && budget.run().get().compareTo(budget.month().get()) > 0) {
            throw section.wrong("run", "is more than 'month', so it could never be spent");
        }
        return budget;
    }

    private static Money amount(String text) {
        if (!text.matches(AMOUNT)) {
            throw new IllegalArgumentException(
                    "must be US dollars as a plain decimal such as 0.20, not negative, not '" + text + "'");
        }
        Money amount = Money.ofDollars(new BigDecimal(text));
        if (amount.nanos() == 0) {
            throw new IllegalArgumentException("is nothing, so no row could ever be asked; leave it out for no bound");
        }
        return amount;
    }

    private static Job.OnError onError(String word) {
        return switch (word) {
            case "continue" -> Job.OnError.CONTINUE;
            case "stop" -> Job.OnError.STOP;
            default -> throw new IllegalArgumentException("must be 'continue' or 'stop', not '" + word + "'");
        };
    }
}
