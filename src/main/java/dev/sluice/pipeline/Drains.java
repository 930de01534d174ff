package dev.sluice.pipeline;

import java.util.concurrent.atomic.AtomicInteger;

/** How many answers may be read to their end although nobody waits for them. Thread-safe. */
public final class Drains {
    private static final int MOST = 64;

    private final AtomicInteger running = new AtomicInteger();

    /** @return whether there was a place; it must be left again */
    boolean enter() {
        if (running.incrementAndGet() <= MOST) {
            return true;
        }
        running.decrementAndGet();
        return false;
    }

    void leave() {
        running.decrementAndGet();
    }

    /** How many there are now. */
    public int running() {
        return running.get();
    }
}
