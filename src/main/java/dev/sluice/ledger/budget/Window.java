package dev.sluice.ledger.budget;

import java.time.Instant;

/**
 * A stretch of time in which a limit counts.
 *
 * @param from included
 * @param to not included
 */
public record Window(Instant from, Instant to) {
    /** All of time. */
    public static final Window ALWAYS = new Window(Instant.MIN, Instant.MAX);

    public boolean contains(Instant at) {
        return !at.isBefore(from) && at.isBefore(to);
    }
}
