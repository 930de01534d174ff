package dev.sluice.command;

import dev.sluice.config.Nearest;
import dev.sluice.config.SettingsException;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Reconciliation;
import dev.sluice.provider.BillInquiry;
import dev.sluice.provider.Kind;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.settings.Settings;
import dev.sluice.store.sqlite.SqliteAttempts;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        subcommands = {ReconcileCsv.class, ReconcileReceipts.class, ReconcileBalance.class},
        description = {
            "Compare the ledger with what a provider says it charged. The ledger is only read.",
            "Exit code 0 where both say the same, 1 where they do not, 2 where they could not be compared."
        })
final class ReconcileCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int USUAL_DAYS = 30;

    /** Which part of the ledger. */
    static final class Part {
        @Option(
                names = "--from",
                paramLabel = "DATE",
                converter = DayOption.class,
                description = "First day in UTC; 30 days ago.")
        private Optional<LocalDate> from = Optional.empty();

        @Option(
                names = "--to",
                paramLabel = "DATE",
                converter = DayOption.class,
                description = "Last day in UTC; today.")
        private Optional<LocalDate> to = Optional.empty();

        private LocalDate last() {
            return to.orElseGet(() -> LocalDate.ofInstant(Clocks.SYSTEM.wall().instant(), ZoneOffset.UTC));
        }

        private LocalDate first() {
            return from.orElseGet(() -> last().minusDays(USUAL_DAYS));
        }

        boolean holds(LocalDate day) {
            return !day.isBefore(first()) && !day.isAfter(last());
        }

        List<Attempt> booked(Settings settings, String provider, PrintWriter out) throws IOException {
            LocalDate last = last();
            LocalDate first = first();
            if (last.isBefore(first)) {
                throw new SettingsException("--from (" + first + ") is after --to (" + last + "): turn them round");
            }
            Instant from = first.atStartOfDay(ZoneOffset.UTC).toInstant();
            try (SqliteAttempts attempts = SqliteAttempts.open(settings.data())) {
                Forgotten.words(attempts, from).ifPresent(out::println);
            }
            List<Attempt> booked = read(
                    settings,
                    provider,
                    from,
                    last.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
            if (booked.isEmpty()) {
                checkKnown(settings, provider);
            }
            return booked;
        }

        /** A misspelt name has no attempts, and its whole bill would look as if it were missing here. */
        private static void checkKnown(Settings settings, String provider) {
            List<String> names = settings.offer().providers().stream()
                    .map(ProviderConfig::name)
                    .toList();
            if (!names.contains(provider)) {
                String nearest = Nearest.to(provider, names);
                throw new SettingsException("neither the settings nor the ledger of these days know a provider '"
                        + provider + "'" + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?"));
            }
        }
    }

    /** What is booked for a provider, {@code from} included, {@code to} not. */
    static List<Attempt> read(Settings settings, String provider, Instant from, Instant to) throws IOException {
        List<Attempt> booked = new ArrayList<>();
        each(settings, provider, from, to, booked::add);
        return booked;
    }

    /** The same one by one, for a span that may hold more than fits into memory. */
    static void each(Settings settings, String provider, Instant from, Instant to, Consumer<Attempt> then)
            throws IOException {
        try (SqliteAttempts attempts = SqliteAttempts.open(settings.data())) {
            attempts.each(from, to, attempt -> {
                if (attempt.intent().provider().equals(provider)) {
                    then.accept(attempt);
                }
            });
        }
    }

    static BillInquiry inquiry(Settings settings, String name, Kind.AccountApi account) {
        ProviderConfig provider = settings.offer().providers().stream()
                .filter(config -> config.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new SettingsException("there is no provider '" + name + "' with a key"));
        if (provider.kind().account() != account) {
            throw new SettingsException("'" + name + "' is not of the kind "
                    + account.name().toLowerCase(Locale.ROOT) + ", which alone can be asked this way; its kind is "
                    + provider.kind().name());
        }
        return new BillInquiry(provider, PATIENCE);
    }

    /** @return the exit code */
    static int print(PrintWriter out, Reconciliation found) {
        out.println(found.matched() + " agree. Here $" + found.ours() + ", there $" + found.theirs() + ", difference $"
                + found.theirs().minus(found.ours()) + ".");
        print(out, "Different amounts", found.different());
        print(out, "There and not here", found.missingHere());
        print(out, "Here and not there", found.missingThere());
        print(out, "There more than once", found.twice());
        print(out, "Not compared", found.refused());
        if (found.outside() > 0) {
            out.println((found.outside() == 1 ? "1 line of the bill is" : found.outside() + " lines of the bill are")
                    + " outside the span: not compared.");
        }
        out.flush();
        return found.isNothing() ? 2 : found.isClean() ? 0 : 1;
    }

    private static void print(PrintWriter out, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            out.println(title + " (" + lines.size() + "):");
            lines.forEach(line -> out.println("  " + line));
        }
    }
}
