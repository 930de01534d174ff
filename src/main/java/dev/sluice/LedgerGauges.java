package dev.sluice;

import dev.sluice.metric.Meters;
import dev.sluice.store.journal.JournaledLedger;

/** What the metrics tell of the ledger's disk. */
final class LedgerGauges {
    private LedgerGauges() {}

    static void add(Meters meters, JournaledLedger ledger) {
        meters.gauge(
                "sluice_ledger_unavailable",
                "1 while calls with a price are refused, because nothing can be made durable.",
                () -> ledger.trouble().isPresent() ? 1 : 0);
        meters.gauge(
                "sluice_ledger_dropped",
                "Free attempts that were not booked, because the disk could not follow.",
                ledger::dropped);
    }
}
