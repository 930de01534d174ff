package dev.sluice.command;

import dev.sluice.config.SettingsException;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Bill;
import dev.sluice.ledger.BillFile;
import dev.sluice.ledger.Reconciliation;
import dev.sluice.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "csv",
        mixinStandardHelpOptions = true,
        description = "Against a bill as CSV: amount and currency, and id or day and model.")
final class ReconcileCsv implements Callable<Integer> {
    /** No clock that a gateway starts with comes there. */
    private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Mixin
    private final ReconcileCommand.Part part = new ReconcileCommand.Part();

    @Parameters(paramLabel = "FILE", description = "The bill.")
    private Path file = Path.of("");

    @Option(names = "--provider", required = true, paramLabel = "NAME", description = "Whose bill it is.")
    private String provider = "";

    @Override
    public Integer call() throws IOException {
        try {
            Bill bill = BillFile.read(file);
            Settings settings = Starting.forReading(options);
            List<Attempt> booked = part.booked(settings, provider, options.out());
            Set<String> elsewhere = elsewhere(settings, bill, booked);
            List<Bill.Line> inside = bill.lines().stream()
                    .filter(line -> switch (line.what()) {
                        case Bill.What.Answer(String id) -> !elsewhere.contains(id);
                        case Bill.What.Day(LocalDate day, String _) -> part.holds(day);
                    })
                    .toList();
            int outside = bill.lines().size() - inside.size();
            return ReconcileCommand.print(
                    options.out(), Reconciliation.of(new Bill(inside, bill.refused()), booked, outside));
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(String.valueOf(wrong.getMessage()));
        }
    }

    /** The bill's ids that the ledger knows from another time than the one asked about. */
    private Set<String> elsewhere(Settings settings, Bill bill, List<Attempt> booked) throws IOException {
        Set<String> unknown = new HashSet<>();
        for (Bill.Line line : bill.lines()) {
            if (line.what() instanceof Bill.What.Answer(String id)) {
                unknown.add(id);
            }
        }
        booked.forEach(attempt -> unknown.removeAll(names(attempt)));
        Set<String> found = new HashSet<>();
        if (!unknown.isEmpty()) {
            ReconcileCommand.each(
                    settings,
                    provider,
                    Instant.EPOCH,
                    LAST,
                    attempt -> names(attempt).stream().filter(unknown::contains).forEach(found::add));
        }
        return found;
    }

    private static Set<String> names(Attempt attempt) {
        Set<String> names = new HashSet<>(Set.of(attempt.intent().attemptId()));
        names.add(attempt.outcome().receipt());
        return names;
    }
}
