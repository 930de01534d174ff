package dev.sluice.store.journal;

import dev.sluice.ledger.Ledger;
import dev.sluice.model.Failure;
import java.util.concurrent.atomic.AtomicInteger;

/** A waiting continuation that gives its place among the open attempts back where it is refused. */
record Opening(Ledger.Intended then, AtomicInteger open) implements Ledger.Intended {
    @Override
    public void durable() {
        then.durable();
    }

    @Override
    public void refused(Failure.LedgerUnavailable failure) {
        open.decrementAndGet();
        then.refused(failure);
    }
}
