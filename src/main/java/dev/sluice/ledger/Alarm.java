package dev.sluice.ledger;

/**
 * Where something is told that a person should know. It may be told as often as it is seen: each alert is passed on once
 * in its window. Thread-safe; returns at once, so the road of a call may use it.
 */
@FunctionalInterface
public interface Alarm {
    /** For those who want to know nothing. */
    Alarm SILENT = _ -> {};

    void raise(Alert alert);
}
