package dev.sluice.store.journal;

import dev.sluice.ledger.Ledger;
import dev.sluice.model.Failure;
import java.util.concurrent.Executor;

/**
 * A record on its way to disk. It is dropped right after its batch, and with it the continuation and all that hangs
 * on it: kept longer, these references fill the old generation.
 */
record Pending(Entry entry, byte[] payload, Executor loop, Ledger.Intended then) {
    private static final Executor NOWHERE = _ -> {};

    private static final Ledger.Intended NOBODY = new Ledger.Intended() {
        @Override
        public void durable() {
            // Nobody waits for an outcome.
        }

        @Override
        public void refused(Failure.LedgerUnavailable failure) {
            // Nobody waits for an outcome.
        }
    };

    /** A record that nobody waits for. */
    static Pending behind(Entry entry) {
        return new Pending(entry, entry.payload(), NOWHERE, NOBODY);
    }

    boolean isAwaited() {
        return entry instanceof Entry.Opened;
    }
}
