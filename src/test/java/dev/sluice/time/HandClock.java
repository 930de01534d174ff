package dev.sluice.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A wall clock that a test sets by hand. */
public final class HandClock implements InstantSource {
    private final AtomicReference<Instant> now;

    public HandClock(String now) {
        this.now = new AtomicReference<>(Instant.parse(now));
    }

    public void set(String instant) {
        now.set(Instant.parse(instant));
    }

    public void advance(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
    }

    @Override
    public Instant instant() {
        return now.get();
    }
}
