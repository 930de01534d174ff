package dev.sluice.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What a limit leaves a caller.
 *
 * @param limit how many there are in all
 * @param remaining how many could still be had
 * @param reset until all of them are there again; empty where nobody knows
 */
public record Allowance(Unit unit, long limit, long remaining, Optional<Duration> reset) {

    /** What is counted. */
    public enum Unit {
        REQUESTS,
        TOKENS
    }

    public Allowance {
        if (limit < 0 || remaining < 0) {
            throw new IllegalArgumentException("an allowance is not negative");
        }
    }
}
