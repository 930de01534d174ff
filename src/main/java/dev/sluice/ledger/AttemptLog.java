package dev.sluice.ledger;

import java.time.Instant;
import java.util.function.Consumer;

/** The book read row by row. An attempt belongs to the moment of its intent. The caller waits for the disk. */
public interface AttemptLog {

    /**
     * Every attempt from {@code from} (included) to {@code to} (not), in the order of their moments, each as it stands by
     * all that was said about it later.
     */
    void each(Instant from, Instant to, Consumer<Attempt> then);
}
