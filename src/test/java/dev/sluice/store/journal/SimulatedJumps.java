package dev.sluice.store.journal;

import dev.sluice.time.HandClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** A wall clock that jumps hours or days ahead and is put back the next time. */
final class SimulatedJumps {
    private final HandClock clock;
    private final Random random;
    private Duration ahead = Duration.ZERO;
    private Instant furthest = Instant.MIN;
    private int count;

    SimulatedJumps(HandClock clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    void jump() {
        count++;
        furthest = furthest();
        Duration by = ahead.isZero() ? Duration.ofHours(20L + random.nextInt(200)) : ahead.negated();
        ahead = ahead.isZero() ? by : Duration.ZERO;
        clock.advance(by);
    }

    /** Where the clock has been at most. */
    Instant furthest() {
        return furthest.isAfter(clock.instant()) ? furthest : clock.instant();
    }

    int count() {
        return count;
    }
}
