package dev.sluice.ledger;

import java.io.IOException;
import java.util.List;

/** Where ended attempts lie for good. Used by one thread at a time. */
public interface Archive extends AutoCloseable {

    /** Up to which number of the journal everything is here; 0 at the very beginning. */
    long position();

    /**
     * Keeps attempts, all or none, durable on return. An attempt that is already here is left as it is.
     *
     * @param position what {@link #position} says from now on
     * @return how many of the attempts were new
     */
    int put(List<Attempt> attempts, long position) throws IOException;

    @Override
    void close() throws IOException;
}
