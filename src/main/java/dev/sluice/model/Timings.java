package dev.sluice.model;

/**
 * How long the provider itself says it worked, without network and queues.
 *
 * @param promptNanos for reading the prompt, what its cache held left out
 * @param outputNanos for all that it generated
 */
public record Timings(long promptNanos, long outputNanos) {
    public Timings {
        if (promptNanos < 0 || outputNanos < 0) {
            throw new IllegalArgumentException("time does not run backwards");
        }
    }
}
