package dev.sluice;

import dev.sluice.config.SettingsException;
import dev.sluice.ledger.Bill;
import dev.sluice.ledger.BillFile;
import dev.sluice.ledger.Reconciliation;
import java.io.IOException;
import java.nio.file.Path;
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
            return ReconcileCommand.print(
                    options.out(),
                    Reconciliation.of(bill, part.booked(Starting.forReading(options), provider, options.out())));
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(String.valueOf(wrong.getMessage()));
        }
    }
}
