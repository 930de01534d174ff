package dev.sluice.time;

import java.util.concurrent.Executor;

/**
 * The single thread on which a call lives. Everything that belongs to one call runs here, one after the other, so
 * its state needs no lock. Nothing on it may block.
 *
 * <p>{@link #execute} may be called from any thread; the other methods only on the loop itself.
 */
public interface Loop extends Executor {

    /** Calls {@code pulse} every few milliseconds, on the loop, until it is taken out again. */
    void add(Pulse pulse);

    /** Stops calling {@code pulse}. Taking out what is not in is allowed. */
    void remove(Pulse pulse);

    /** Something that must look at the clock now and then: time-outs, heartbeats, delayed retries. */
    @FunctionalInterface
    interface Pulse {
        void beat(long nowNanos);
    }
}
