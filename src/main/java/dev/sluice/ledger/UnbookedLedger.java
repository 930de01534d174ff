package dev.sluice.ledger;

import java.util.concurrent.Executor;

/** A ledger that keeps nothing: for measuring what booking costs, never for real money. */
public final class UnbookedLedger implements Ledger {

    @Override
    public void intend(Intent intent, Executor loop, Intended then) {
        loop.execute(then::durable);
    }

    @Override
    public void settle(Outcome outcome) {
        // Nothing is kept.
    }

    @Override
    public void record(Intent intent, Outcome outcome) {
        // Nothing is kept.
    }

    @Override
    public void amend(Amendment amendment) {
        // Nothing is kept.
    }

    @Override
    public long said() {
        return 0;
    }

    @Override
    public boolean hasArchived(long mark) {
        return true;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
