package dev.sluice.limit;

import dev.sluice.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * At most so many calls a minute, with the whole minute's worth allowed at once. Thread-safe, without locks.
 *
 * <p>It is the generic cell rate algorithm: one number, the time at which all calls so far would have arrived had they
 * been evenly spaced. A call is refused while that time lies more than the burst ahead of now.
 */
public final class RateLimit {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final int perMinute;
    private final long spacing;
    private final Ticker ticker;
    private final AtomicLong arrival;

    public RateLimit(int perMinute, Ticker ticker) {
        if (perMinute < 1) {
            throw new IllegalArgumentException("rate limit: at least one call a minute");
        }
        this.perMinute = perMinute;
        this.spacing = Math.max(1, MINUTE / perMinute);
        this.ticker = ticker;
        this.arrival = new AtomicLong(ticker.nanos());
    }

    /** @return 0 where the call may go, else the nanoseconds after which the next one may */
    public long take() {
        while (true) {
            long now = ticker.nanos();
            long seen = arrival.get();
            long base = seen - now < 0 ? now : seen;
            long over = base + spacing - now - MINUTE;
            if (over > 0) {
                return over;
            }
            if (arrival.compareAndSet(seen, base + spacing)) {
                return 0;
            }
        }
    }

    /** Gives back what {@link #take} took, for a call that another limit then refused. */
    public void giveBack() {
        arrival.addAndGet(-spacing);
    }

    public int perMinute() {
        return perMinute;
    }

    /** How many calls could go right now. */
    public int remaining() {
        long ahead = Math.max(0, arrival.get() - ticker.nanos());
        return (int) Math.max(0, (MINUTE - ahead) / spacing);
    }

    /** Until the whole minute's worth is there again. */
    public Duration untilFull() {
        return Duration.ofNanos(Math.max(0, arrival.get() - ticker.nanos()));
    }
}
