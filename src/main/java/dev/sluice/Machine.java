package dev.sluice;

import dev.sluice.ledger.Archive;
import dev.sluice.store.DataFolder;
import dev.sluice.store.journal.JournalSettings;
import dev.sluice.store.journal.JournaledLedger;
import dev.sluice.time.Clocks;
import java.io.IOException;

/** What the program stands on: its clocks, and the disk of its ledger. Tests bring their own, to move or to break. */
public record Machine(Clocks clocks, Disk disk) {
    public static final Machine SYSTEM = new Machine(Clocks.SYSTEM, JournaledLedger::open);

    /** Opens the ledger whose files are in a folder. */
    @FunctionalInterface
    public interface Disk {
        /**
         * Settles what the last run left open, then begins.
         *
         * @param archive belongs to the ledger from now on, and is closed with it
         * @throws IOException where the files cannot be read or written, or are damaged
         */
        JournaledLedger open(DataFolder folder, JournalSettings settings, Archive archive, Clocks clocks)
                throws IOException;
    }
}
