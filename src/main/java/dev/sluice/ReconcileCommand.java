package dev.sluice;

import dev.sluice.config.SettingsException;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Bill;
import dev.sluice.ledger.BillFile;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Reconciliation;
import dev.sluice.model.Money;
import dev.sluice.provider.BillInquiry;
import dev.sluice.provider.Inquiry;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.store.balance.BalanceFile;
import dev.sluice.store.balance.BalanceFile.Balance;
import dev.sluice.store.sqlite.SqliteAttempts;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        subcommands = {ReconcileCommand.Csv.class, ReconcileCommand.Receipts.class, ReconcileCommand.Left.class},
        description = {
            "Compare the ledger with what a provider says it charged. The ledger is only read.",
            "Exit code 0 where both say the same, 1 where they do not, 2 where they could not be compared."
        })
final class ReconcileCommand implements Callable<Integer> {
    private static final int MOST = 10_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return App.BAD_SETTINGS;
    }

    /** Which part of the ledger. */
    static final class Part {
        @Mixin
        private final App.SettingsOptions options = new App.SettingsOptions();

        @Option(names = "--from", paramLabel = "DATE", description = "First day in UTC; 30 days ago.")
        private Optional<LocalDate> from = Optional.empty();

        @Option(names = "--to", paramLabel = "DATE", description = "Last day in UTC; today.")
        private Optional<LocalDate> to = Optional.empty();

        private Settings settings() {
            try (Inquiry inquiry = new Inquiry(Duration.ofMillis(1))) {
                return Starting.unguarded(
                        options, Optional.empty(), Optional.empty(), Environment.ofThisProcess(), inquiry);
            }
        }

        private List<Attempt> booked(Settings settings, String provider) throws IOException {
            LocalDate last = to.orElseGet(() -> LocalDate.now(ZoneOffset.UTC));
            Instant first =
                    from.orElse(last.minusDays(30)).atStartOfDay(ZoneOffset.UTC).toInstant();
            return read(
                    settings,
                    provider,
                    first,
                    last.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        }

        private static List<Attempt> read(Settings settings, String provider, Instant from, Instant to)
                throws IOException {
            List<Attempt> booked = new ArrayList<>();
            try (SqliteAttempts attempts = SqliteAttempts.open(settings.data())) {
                attempts.each(from, to, attempt -> {
                    if (attempt.intent().provider().equals(provider)) {
                        booked.add(attempt);
                    }
                });
            }
            return booked;
        }
    }

    private static ProviderConfig provider(Settings settings, String name) {
        return settings.offer().providers().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new SettingsException("there is no provider '" + name + "' with a key"));
    }

    private static int print(CommandSpec spec, Reconciliation found) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(found.matched() + " agree. Here $" + found.ours() + ", there $" + found.theirs() + ", difference $"
                + found.theirs().minus(found.ours()) + ".");
        print(out, "Different amounts", found.different());
        print(out, "There and not here", found.missingHere());
        print(out, "Here and not there", found.missingThere());
        print(out, "There more than once", found.twice());
        print(out, "Not compared", found.refused());
        out.flush();
        return found.isClean() ? 0 : 1;
    }

    private static void print(PrintWriter out, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            out.println(title + " (" + lines.size() + "):");
            lines.forEach(line -> out.println("  " + line));
        }
    }

    @Command(
            name = "csv",
            mixinStandardHelpOptions = true,
            description = "Against a bill as CSV: amount and currency, and id or day and model.")
    static final class Csv implements Callable<Integer> {
        @Mixin
        private final Part part = new Part();

        @Parameters(paramLabel = "FILE", description = "The bill.")
        private Path file = Path.of("");

        @Option(names = "--provider", required = true, paramLabel = "NAME", description = "Whose bill it is.")
        private String provider = "";

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            try {
                Bill bill = BillFile.read(file);
                return print(spec, Reconciliation.of(bill, part.booked(part.settings(), provider)));
            } catch (IllegalArgumentException wrong) {
                throw new SettingsException(String.valueOf(wrong.getMessage()));
            }
        }
    }

    @Command(
            name = "openrouter",
            mixinStandardHelpOptions = true,
            description = "Against OpenRouter's own figure for each answer, asked one by one.")
    static final class Receipts implements Callable<Integer> {
        @Mixin
        private final Part part = new Part();

        @Option(names = "--provider", paramLabel = "NAME", description = "Its name in the settings; openrouter.")
        private String name = "openrouter";

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            Settings settings = part.settings();
            List<Attempt> booked = part.booked(settings, name).stream()
                    .filter(attempt -> attempt.outcome().state() != Outcome.State.VOIDED)
                    .toList();
            if (booked.size() > MOST) {
                throw new SettingsException(booked.size() + " answers are too many to ask about one by one, at most "
                        + MOST + "; narrow --from and --to");
            }
            try (BillInquiry inquiry = new BillInquiry(provider(settings, name), Duration.ofSeconds(20))) {
                int code = print(spec, Reconciliation.of(bill(inquiry, booked), booked));
                Optional<BigDecimal> left = inquiry.creditsLeft();
                return left.isPresent() ? Math.max(code, compareBalance(spec, settings, name, left.get())) : code;
            }
        }

        private static Bill bill(BillInquiry inquiry, List<Attempt> booked) throws InterruptedException {
            List<Bill.Line> lines = new ArrayList<>();
            List<String> refused = new ArrayList<>();
            for (Attempt attempt : booked) {
                String receipt = attempt.outcome().receipt();
                if (receipt.isEmpty()) {
                    refused.add(attempt.intent().attemptId() + ": it gave no receipt to ask by");
                    continue;
                }
                switch (inquiry.generation(receipt)) {
                    case BillInquiry.Charged.Amount(Money charged) ->
                        lines.add(new Bill.Line("openrouter", new Bill.What.Answer(receipt), charged, new Money(1)));
                    case BillInquiry.Charged.Unknown() -> {} // Comes out as one that is missing there.
                    case BillInquiry.Charged.NoAnswer(String why) -> refused.add(receipt + ": " + why);
                }
            }
            return new Bill(lines, refused);
        }
    }

    @Command(
            name = "deepseek",
            mixinStandardHelpOptions = true,
            description = {
                "Against what has gone from the DeepSeek account since the last time this was asked.",
                "The first time it only notes the balance."
            })
    static final class Left implements Callable<Integer> {
        @Mixin
        private final App.SettingsOptions options = new App.SettingsOptions();

        @Option(names = "--provider", paramLabel = "NAME", description = "Its name in the settings; deepseek.")
        private String name = "deepseek";

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            Settings settings;
            try (Inquiry inquiry = new Inquiry(Duration.ofMillis(1))) {
                settings = Starting.unguarded(
                        options, Optional.empty(), Optional.empty(), Environment.ofThisProcess(), inquiry);
            }
            try (BillInquiry inquiry = new BillInquiry(provider(settings, name), Duration.ofSeconds(20))) {
                var balances = inquiry.balances();
                balances.forEach((currency, left) -> {
                    if (!currency.equals("USD")) {
                        spec.commandLine()
                                .getOut()
                                .println("Left " + left + " " + currency
                                        + ": not compared, the ledger is in USD and nothing is converted.");
                    }
                });
                Optional<BigDecimal> dollars = Optional.ofNullable(balances.get("USD"));
                if (dollars.isEmpty()) {
                    throw new SettingsException("the provider names no balance in USD");
                }
                return compareBalance(spec, settings, name, dollars.get());
            }
        }
    }

    /** Notes the balance, and compares what has gone since the last note with what is booked for the same time. */
    private static int compareBalance(CommandSpec spec, Settings settings, String provider, BigDecimal left)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        BalanceFile file = new BalanceFile(settings.data());
        List<Balance> before = file.of(provider);
        Balance now = new Balance(Instant.now(), provider, Money.ofDollars(left.setScale(9, RoundingMode.HALF_EVEN)));
        file.add(now);
        if (before.isEmpty()) {
            out.println("Left $" + now.left() + ": noted. Ask again later to compare what has gone since.");
            out.flush();
            return 0;
        }
        Balance then = before.getLast();
        Money gone = then.left().minus(now.left());
        Money settled = Money.ZERO;
        Money doubtful = Money.ZERO;
        for (Attempt attempt : Part.read(settings, provider, then.at(), now.at())) {
            if (attempt.outcome().cost() instanceof Cost.Priced(Money amount)) {
                switch (attempt.outcome().state()) {
                    case SETTLED -> settled = settled.plus(amount);
                    case IN_DOUBT -> doubtful = doubtful.plus(amount);
                    case VOIDED -> {}
                }
            }
        }
        out.println("Since " + then.at() + " $" + gone + " has gone, $" + settled + " is booked"
                + (doubtful.nanos() > 0 ? " and at most $" + doubtful + " is in doubt" : "") + ": difference $"
                + gone.minus(settled) + ".");
        if (gone.nanos() < 0) {
            out.println("There is more than before, so the account was topped up: only the next time can be compared.");
        }
        out.flush();
        // A balance is written in cents.
        return Math.abs(gone.minus(settled).nanos()) <= 10_000_000 + doubtful.nanos() ? 0 : 1;
    }
}
