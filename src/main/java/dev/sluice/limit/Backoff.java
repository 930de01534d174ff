package dev.sluice.limit;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Few and short retries: a failover chain has better things to do than wait.
 *
 * @param retries how often one provider is asked again, beyond the first time
 * @param first the delay before the first retry; doubled for each further one
 * @param longest the most any delay may be
 */
public record Backoff(int retries, Duration first, Duration longest) {
    public static final Backoff DEFAULT = new Backoff(2, Duration.ofSeconds(1), Duration.ofSeconds(8));

    public Backoff {
        if (retries < 0) {
            throw new IllegalArgumentException("retries must not be negative");
        }
        if (first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("longest must be at least as long as first");
        }
    }

    /**
     * The delay before retry {@code number} (from 1), up to a quarter longer or shorter by chance, so that callers
     * that failed together do not come back together.
     */
    public Duration delay(int number, RandomGenerator random) {
        long doubled = first.toNanos() << Math.min(number - 1, 20);
        long bounded = Math.min(doubled, longest.toNanos());
        return Duration.ofNanos((long) (bounded * random.nextDouble(0.75, 1.25)));
    }
}
