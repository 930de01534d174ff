package dev.sluice.http.server;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory that all request bodies take together. Thread-safe. */
public final class BodyBudget {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    public BodyBudget(long most) {
        this.most = most;
    }

    /** @return false where there is no room; nothing is taken then */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= most) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** Of what was taken; thread-safe. */
    public void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
