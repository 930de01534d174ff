package dev.sluice.ledger;

import dev.sluice.model.Failure;
import java.util.concurrent.Executor;

/** The book of all attempts. Thread-safe. Its methods return at once, except {@link #close}. */
public interface Ledger extends AutoCloseable {

    /**
     * Makes an intent durable. Nothing with a price may be sent before {@link Intended#durable}.
     *
     * @param loop where {@code then} is called, exactly once
     */
    void intend(Intent intent, Executor loop, Intended then);

    /** Ends an attempt that was intended. A second outcome for the same attempt changes nothing. */
    void settle(Outcome outcome);

    /** Books a free attempt once it is over, written behind: after a crash the last moments may be missing. */
    void record(Intent intent, Outcome outcome);

    /**
     * Says something later about an attempt, written behind. It may come before the attempt's end and as often as one
     * likes: the same id again changes nothing.
     */
    void amend(Amendment amendment);

    /** Waits until everything booked so far is on disk, then closes. */
    @Override
    void close();

    /** What happens when an intent has been written, or cannot be. */
    interface Intended {
        void durable();

        void refused(Failure.LedgerUnavailable failure);
    }
}
