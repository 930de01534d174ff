package dev.sluice;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.UnbookedLedger;
import dev.sluice.ledger.report.Reports;
import dev.sluice.metric.Meters;
import dev.sluice.settings.Settings;
import dev.sluice.store.DataFolder;
import dev.sluice.store.journal.JournalSettings;
import dev.sluice.store.journal.JournaledLedger;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.store.sqlite.SqliteReports;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger and what must be closed with it.
 *
 * @param reports empty where nothing is booked
 * @param gauges lets the metrics tell how it does
 */
record Books(Ledger ledger, Optional<Reports> reports, Consumer<Meters> gauges, Closer opened) implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Books.class);

    /** @throws IOException where they cannot be had, with a sentence for the operator */
    static Books open(Settings settings, Machine machine) throws IOException {
        if (!settings.booking()) {
            LOG.warn("booking is off: no attempt is written down");
            return new Books(new UnbookedLedger(), Optional.empty(), _ -> {}, new Closer());
        }
        Closer opened = new Closer();
        try {
            DataFolder folder = DataFolder.lock(settings.data());
            opened.add(folder);
            JournaledLedger ledger = ledger(settings, machine, folder, SqliteArchive.open(folder));
            opened.add(ledger);
            if (ledger.recovery().inDoubt() > 0) {
                LOG.warn(
                        "the last run ended in the middle: in doubt, with their reserve kept: {}",
                        Counted.of(ledger.recovery().inDoubt(), "attempt"));
            }
            SqliteReports reports = SqliteReports.open(folder);
            opened.add(reports);
            return new Books(ledger, Optional.of(reports), meters -> LedgerGauges.add(meters, ledger), opened);
        } catch (IOException | RuntimeException failed) {
            opened.closeAfter(failed);
            throw failed;
        }
    }

    private static JournaledLedger ledger(Settings settings, Machine machine, DataFolder folder, SqliteArchive archive)
            throws IOException {
        try {
            return machine.disk()
                    .open(folder, JournalSettings.DEFAULT.keeping(settings.detail()), archive, machine.clocks());
        } catch (IOException failed) {
            try (archive) {
                throw new IOException(
                        "cannot open the ledger in " + folder.path() + ": " + DataFolder.why(failed), failed);
            }
        }
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}
