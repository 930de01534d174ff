package dev.sluice.ledger;

import dev.sluice.model.Failure;
import java.io.Closeable;
import java.util.concurrent.Executor;

/** The book of all attempts. Thread-safe. Its methods return at once, except {@link #close}. */
public interface Ledger extends Closeable {

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

    /** How much was said behind so far: a mark for {@link #hasArchived}. Whatever was said before the question is in it. */
    long said();

    /**
     * Whether reports know of everything that was said before the mark was taken. Where they do not yet, it is hurried.
     *
     * @param mark of {@link #said}
     */
    boolean hasArchived(long mark);

    /** Waits until everything booked so far is on disk, then closes. */
    @Override
    void close();

    /** What happens when an intent has been written, or cannot be. */
    interface Intended {
        void durable();

        void refused(Failure.LedgerUnavailable failure);
    }
}
