package dev.sluice.pipeline.repeat;

import java.time.Duration;

/**
 * How answers are kept for clients that repeat a call under its {@code Idempotency-Key}.
 *
 * @param onDisk whether they, and the texts in them, outlive the program in the data folder
 * @param kept how long; an hour to a week, because the ledger's rows tell what became of older calls
 * @param bytes the most of them on disk; past it the oldest go
 */
public record IdempotencyConfig(boolean onDisk, Duration kept, long bytes) {
    private static final Duration LEAST = Duration.ofHours(1);
    private static final Duration MOST = Duration.ofDays(7);
    private static final long LEAST_BYTES = 4L << 20;

    public static final IdempotencyConfig DEFAULT = new IdempotencyConfig(true, Duration.ofHours(24), 256L << 20);

    public IdempotencyConfig {
        if (kept.compareTo(LEAST) < 0 || kept.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("for: must be 1h to 7d");
        }
        if (bytes < LEAST_BYTES) {
            throw new IllegalArgumentException("size: must be at least 4MiB");
        }
    }
}
