package dev.sluice.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Where ended attempts lie for good. Used by one thread at a time. */
public interface Archive extends Closeable {

    /** Up to which number of the journal everything is here; 0 at the very beginning. */
    long position();

    /**
     * Keeps attempts and amendments, all or none, durable on return. What is already here is left as it is; an
     * amendment may come before its attempt.
     *
     * @param position what {@link #position} says from now on
     * @return how many of the attempts were new
     */
    int put(List<Attempt> attempts, List<Amendment> amendments, long position) throws IOException;

    /**
     * Removes the rows of attempts, and of their amendments, from before a moment; their money and their sums stay. An
     * attempt in doubt is kept until it is resolved.
     *
     * @param most so many at once
     * @return how many were removed; fewer than {@code most} when none is left
     */
    int forget(Instant before, int most) throws IOException;

    @Override
    void close() throws IOException;
}
