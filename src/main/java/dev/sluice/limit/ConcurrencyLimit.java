package dev.sluice.limit;

import java.util.ArrayDeque;

/**
 * A number of places, and a bounded queue for them. Thread-safe.
 *
 * <p>A waiter is told on whichever thread gives a place back; it hops to its own loop itself.
 */
public final class ConcurrencyLimit {
    private final int places;
    private final int longestQueue;
    private final ArrayDeque<Waiter> queue = new ArrayDeque<>();
    private int taken;

    public ConcurrencyLimit(int places, int longestQueue) {
        if (places < 1 || longestQueue < 0) {
            throw new IllegalArgumentException("concurrency: at least one place, and no negative queue");
        }
        this.places = places;
        this.longestQueue = longestQueue;
    }

    /** Somebody waiting for a place. */
    @FunctionalInterface
    public interface Waiter {
        /** A place is yours now; give it back with {@link ConcurrencyLimit#leave}. */
        void admitted();
    }

    /** What {@link #enter} did. */
    public enum Entry {
        /** A place is taken; give it back with {@link ConcurrencyLimit#leave}. */
        ADMITTED,
        /** The waiter will be told. */
        QUEUED,
        /** The queue is full. */
        REFUSED
    }

    /** @param waiter told at most once, perhaps before this returns to a caller that was {@link Entry#QUEUED} */
    public synchronized Entry enter(Waiter waiter) {
        if (taken < places) {
            taken++;
            return Entry.ADMITTED;
        }
        if (queue.size() >= longestQueue) {
            return Entry.REFUSED;
        }
        queue.addLast(waiter);
        return Entry.QUEUED;
    }

    /** Gives a place back; the longest waiter gets it. */
    public void leave() {
        Waiter next;
        synchronized (this) {
            if (queue.isEmpty()) {
                taken--;
                return;
            }
            next = queue.removeFirst();
        }
        next.admitted();
    }

    /** @return false where the waiter is not in the queue (any more): it has been, or is being, admitted */
    public synchronized boolean giveUp(Waiter waiter) {
        return queue.remove(waiter);
    }

    public synchronized int taken() {
        return taken;
    }

    public synchronized int waiting() {
        return queue.size();
    }
}
