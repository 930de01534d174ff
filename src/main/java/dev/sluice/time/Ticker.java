package dev.sluice.time;

/** A monotonic clock in nanoseconds. It measures spans; it does not know the date. Implementations are thread-safe. */
@FunctionalInterface
public interface Ticker {

    /** The real clock of this machine. */
    Ticker SYSTEM = System::nanoTime;

    /** Nanoseconds since an arbitrary start; only differences mean anything. */
    long nanos();
}
