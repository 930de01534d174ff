package dev.sluice.store.journal;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What many threads hand to the writer. An awaited record wakes it at once; one that nobody waits for never does while
 * the writer naps, because waking it would cost more than the record: it travels with the next awaited one, or at the
 * end of the nap. Only a writer that has found nothing for a while sleeps until anything comes.
 *
 * <p>No wake-up is lost: the giver writes the record, then reads how deep the writer sleeps; the writer says how deep
 * it will sleep, then looks for records. Both are volatile.
 */
final class Inbox {
    private static final int AWAKE = 0;
    private static final int NAPPING = 1;
    private static final int ASLEEP = 2;

    /** After so many naps without any record the writer goes to sleep. */
    private static final int NAPS = 20;

    private final ConcurrentLinkedQueue<Pending> records = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final long napNanos;
    private volatile boolean urgent;
    private volatile boolean closing;
    private volatile int depth = AWAKE;

    Inbox(long napNanos) {
        this.napNanos = napNanos;
    }

    int count() {
        return count.get();
    }

    void add(Pending record, Thread writer) {
        count.incrementAndGet();
        records.add(record);
        if (record.isAwaited() && !urgent) {
            urgent = true;
        }
        int now = depth;
        if (now == ASLEEP || (now == NAPPING && urgent)) {
            LockSupport.unpark(writer);
        }
    }

    void close(Thread writer) {
        closing = true;
        LockSupport.unpark(writer);
    }

    boolean isClosing() {
        return closing;
    }

    /** Writer only: waits until a batch is worth writing, then a moment longer for those who are just coming. */
    void await() {
        int naps = 0;
        while (!urgent && !closing && !(naps > 0 && !records.isEmpty())) {
            boolean sleep = naps >= NAPS;
            depth = sleep ? ASLEEP : NAPPING;
            if (sleep && records.isEmpty() && !urgent && !closing) {
                LockSupport.park(this);
                naps = 0;
            } else if (!urgent && !closing) {
                LockSupport.parkNanos(this, napNanos);
                naps++;
            }
            depth = AWAKE;
        }
        linger();
        urgent = false;
    }

    /** One yield made the batches four times as large and the gateway a fifth cheaper; correctness does not rest on it. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void linger() {
        Thread.yield();
    }

    /** Writer only. */
    Optional<Pending> peek() {
        return Optional.ofNullable(records.peek());
    }

    /** Writer only: takes what {@link #peek} has shown. */
    void take() {
        records.remove();
        count.decrementAndGet();
    }

    /** Writer only: says that records are left for another batch. */
    void again() {
        urgent = true;
    }
}
