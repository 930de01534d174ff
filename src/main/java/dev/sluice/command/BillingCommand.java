package dev.sluice.command;

import dev.sluice.Counted;
import dev.sluice.billing.StripeMeter;
import dev.sluice.billing.Usages;
import dev.sluice.config.SettingsException;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.report.Spreadsheet;
import dev.sluice.limit.Backoff;
import dev.sluice.settings.Settings;
import dev.sluice.store.billing.SentFile;
import dev.sluice.store.sqlite.SqliteAttempts;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "billing",
        mixinStandardHelpOptions = true,
        subcommands = {BillingCommand.Send.class, BillingCommand.Export.class},
        description = {
            "Tell a biller what each tenant used.",
            "Off until billing.stripe is set; nothing is sent by itself."
        })
final class BillingCommand {
    private static final Backoff RETRY = new Backoff(5, Duration.ofMillis(500), Duration.ofSeconds(30));
    private static final int MOST_LINES = 20;
    private static final int PROGRESS = 1_000;

    /**
     * What there is to bill.
     *
     * @param gap why it is not all, where it may not be
     */
    private record Found(List<Usages.Usage> usages, Optional<String> gap) {}

    /** Which usage. */
    static final class Part {
        @Option(
                names = "--from",
                required = true,
                paramLabel = "DATE",
                converter = DayOption.class,
                description = "First day in UTC.")
        private LocalDate from = LocalDate.EPOCH;

        @Option(
                names = "--to",
                required = true,
                paramLabel = "DATE",
                converter = DayOption.class,
                description = "Last day in UTC.")
        private LocalDate to = LocalDate.EPOCH;

        private Settings settings(App.SettingsOptions options) {
            if (to.isBefore(from)) {
                throw new SettingsException("--to must not be before --from");
            }
            return Starting.forReading(options);
        }

        /** @param late whether what these days resolved of the days before is asked for too */
        private Found found(Settings settings, boolean late) throws IOException {
            Instant first = from.atStartOfDay(ZoneOffset.UTC).toInstant();
            Instant last = to.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
            List<Usages.Usage> usages = new ArrayList<>();
            Consumer<Attempt> take =
                    attempt -> Usages.of(attempt, settings.billing().unit()).ifPresent(usages::add);
            try (SqliteAttempts attempts = SqliteAttempts.open(settings.data())) {
                if (late) {
                    attempts.amended(first, last, take);
                }
                attempts.each(first, last, take);
                return new Found(usages, Forgotten.words(attempts, first));
            }
        }
    }

    @Command(
            name = "send",
            mixinStandardHelpOptions = true,
            description = {
                "Send it to Stripe's meter events, and what these days resolved of attempts that were in doubt before.",
                "May be repeated: what was sent is not sent again.",
                "Exit code 1 where something was not taken."
            })
    static final class Send implements Callable<Integer> {
        @Mixin
        private final App.SettingsOptions options = new App.SettingsOptions();

        @Mixin
        private final Part part = new Part();

        private final Map<String, Integer> nobody = new TreeMap<>();
        private final List<String> refused = new ArrayList<>();
        private int taken;
        private int before;
        private int untried;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Settings settings = part.settings(options);
            if (settings.billing().key().isEmpty()) {
                throw new SettingsException("billing is off: set billing.stripe.key");
            }
            Found found = part.found(settings, true);
            try (SentFile sent = SentFile.open(settings.data());
                    StripeMeter meter = new StripeMeter(settings.billing(), RETRY)) {
                send(found.usages(), settings.billing().customers(), sent, meter);
            }
            PrintWriter out = options.out();
            found.gap().ifPresent(out::println);
            out.println(Counted.of(taken, "event") + " sent, " + before + " had been sent before.");
            nobody.forEach((tenant, count) -> out.println(
                    "  " + count + " of tenant '" + tenant + "' left out: it has no customer under billing.stripe"));
            refused.forEach(line -> out.println("  not taken: " + line));
            if (untried > 0) {
                out.println("  stopped after " + refused.size() + " that were not taken; " + untried
                        + " more were not tried: send again when the reason is gone");
            }
            out.flush();
            return refused.isEmpty() ? 0 : 1;
        }

        private void send(List<Usages.Usage> usages, Map<String, String> customers, SentFile sent, StripeMeter meter)
                throws IOException, InterruptedException {
            int done = 0;
            for (Usages.Usage usage : usages) {
                if (refused.size() >= MOST_LINES) {
                    untried = usages.size() - done; // Something is wrong that more tries do not set right.
                    return;
                }
                send(usage, customers, sent, meter);
                done++;
                if (done % PROGRESS == 0 && done < usages.size()) {
                    options.err().println("  " + done + " of " + usages.size() + " looked at, " + taken + " sent");
                    options.err().flush();
                }
            }
        }

        private void send(Usages.Usage usage, Map<String, String> customers, SentFile sent, StripeMeter meter)
                throws IOException, InterruptedException {
            Optional<String> customer = Optional.ofNullable(customers.get(usage.tenant()));
            if (customer.isEmpty()) {
                nobody.merge(usage.tenant(), 1, Integer::sum);
            } else if (sent.has(usage.id())) {
                before++;
            } else {
                switch (meter.send(usage, customer.get())) {
                    case StripeMeter.Sent.Taken() -> {
                        taken++;
                        sent.add(usage.id());
                    }
                    case StripeMeter.Sent.Refused(String why) -> refused.add(usage.id() + ": " + why);
                }
            }
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = {
                "The same as CSV on standard output: day, tenant, customer, unit, events, value.",
                "Exit code 1 where the setting 'retention' has removed some of it."
            })
    static final class Export implements Callable<Integer> {
        @Mixin
        private final App.SettingsOptions options = new App.SettingsOptions();

        @Mixin
        private final Part part = new Part();

        @Option(names = "--partial", description = "Exit code 0 also where some of it is no longer kept.")
        private boolean partial;

        private record Line(LocalDate day, String tenant) {}

        private record Sum(long events, long value) {
            Sum plus(Sum other) {
                return new Sum(events + other.events, Math.addExact(value, other.value));
            }
        }

        @Override
        public Integer call() throws IOException {
            Settings settings = part.settings(options);
            Map<String, Sum> sums = new TreeMap<>();
            Map<String, Line> lines = new TreeMap<>();
            Found found = part.found(settings, false);
            for (Usages.Usage usage : found.usages()) {
                Line line = new Line(LocalDate.ofInstant(usage.at(), ZoneOffset.UTC), usage.tenant());
                String order = line.day() + " " + line.tenant();
                lines.put(order, line);
                sums.merge(order, new Sum(1, usage.value()), Sum::plus);
            }
            PrintWriter out = options.out();
            String unit = settings.billing().unit().name().toLowerCase(Locale.ROOT);
            out.println("day,tenant,customer,unit,events,value");
            sums.forEach((order, sum) -> {
                Line line = Optional.ofNullable(lines.get(order)).orElseThrow();
                String customer = settings.billing().customers().getOrDefault(line.tenant(), "");
                out.println(line.day() + "," + cell(line.tenant()) + "," + customer + "," + unit + "," + sum.events()
                        + "," + sum.value());
            });
            out.flush();
            if (found.gap().isEmpty()) {
                return 0;
            }
            options.err().println(found.gap().get() + (partial ? "" : " With --partial that is no failure."));
            options.err().flush();
            return partial ? 0 : 1;
        }

        /** Always in quotes: whoever reads this by machine need not look. */
        private static String cell(String text) {
            return "\"" + Spreadsheet.harmless(text).replace("\"", "\"\"") + "\"";
        }
    }
}
