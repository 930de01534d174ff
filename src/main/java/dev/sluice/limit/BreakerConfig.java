package dev.sluice.limit;

import java.time.Duration;

/**
 * When a breaker opens and for how long.
 *
 * @param failures this many failures ...
 * @param calls ... among the last this many calls ...
 * @param window ... that ended within this time open the breaker
 * @param firstOpen how long it stays open the first time; doubled each time a probe fails
 * @param longestOpen the most it stays open
 */
public record BreakerConfig(int failures, int calls, Duration window, Duration firstOpen, Duration longestOpen) {
    public static final BreakerConfig DEFAULT =
            new BreakerConfig(5, 10, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMinutes(10));

    public BreakerConfig {
        if (failures < 1 || calls < failures) {
            throw new IllegalArgumentException("failures must be at least 1 and at most calls");
        }
        if (!window.isPositive() || !firstOpen.isPositive()) {
            throw new IllegalArgumentException("window and first-open must be more than nothing");
        }
        if (longestOpen.compareTo(firstOpen) < 0) {
            throw new IllegalArgumentException("longest-open must be at least as long as first-open");
        }
    }
}
