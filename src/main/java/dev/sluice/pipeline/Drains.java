package dev.sluice.pipeline;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers that are read to their end although nobody waits for them; so many at once and no more. Thread-safe. */
public final class Drains {
    private static final int MOST = 64;

    private final AtomicInteger running = new AtomicInteger();
    private final Set<Drain> begun = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /** @return whether there was a place; it must be left again */
    boolean enter() {
        if (ended) {
            return false;
        }
        if (running.incrementAndGet() <= MOST) {
            return true;
        }
        running.decrementAndGet();
        return false;
    }

    /** Whoever has entered begins. */
    void begin(Drain drain) {
        begun.add(drain);
        drain.start();
        if (ended) {
            drain.giveUp(); // Its end was called for while it began.
        }
    }

    /** Once its end has been booked. */
    void leave(Drain drain) {
        begun.remove(drain);
        running.decrementAndGet();
    }

    /** How many there are now. */
    public int running() {
        return running.get();
    }

    /** Ends all, each on its own loop, and lets none begin any more. */
    void end() {
        ended = true;
        begun.forEach(Drain::giveUp);
    }
}
