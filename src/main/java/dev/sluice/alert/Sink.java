package dev.sluice.alert;

/** Where alerts go. Must return at once: it is called on the road of a call. Thread-safe. */
@FunctionalInterface
public interface Sink {
    void take(Raised raised);
}
