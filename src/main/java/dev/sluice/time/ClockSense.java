package dev.sluice.time;

import java.time.Instant;

/** Whether a wall clock can be right at all: machines without a battery start in 1970. Pure. */
public final class ClockSense {
    private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2076-01-01T00:00:00Z");

    private ClockSense() {}

    /** Whether the moment lies between 2026 and 2075, both included, in UTC. */
    public static boolean isSane(Instant now) {
        return !now.isBefore(EARLIEST) && now.isBefore(LATEST);
    }
}
