package dev.sluice.pipeline;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.pipeline.client.Request;
import dev.sluice.time.Ticker;
import java.time.Instant;
import java.time.InstantSource;

/** When the steps of one attempt happened, counted from its call's arrival. Lives on one loop. */
final class AttemptTimes implements AnswerClock {
    private final Ticker ticker;
    private final InstantSource clock;
    private final long arrivedNanos;
    private long sentNanos;
    private long firstContentNanos;
    private long lastSignNanos;

    AttemptTimes(Parts parts, Request request) {
        this.ticker = parts.ticker();
        this.clock = parts.clock();
        this.arrivedNanos = request.arrivedNanos();
        this.lastSignNanos = ticker.nanos();
    }

    void noteSent() {
        sentNanos = ticker.nanos();
        lastSignNanos = sentNanos;
    }

    /** The provider gave a sign of life, or may give one again from now on. */
    void noteSign() {
        lastSignNanos = ticker.nanos();
    }

    /** Whether content has been seen by the time of the last sign; only the first time counts. */
    void noteContent(boolean seen) {
        if (seen && firstContentNanos == 0) {
            firstContentNanos = lastSignNanos;
        }
    }

    long silentSince(long now) {
        return now - lastSignNanos;
    }

    long waitingSince(long now) {
        return now - sentNanos;
    }

    /** From arrival until it was sent; 0 where it was not. */
    long sent() {
        return span(sentNanos);
    }

    /** From arrival until the first content; 0 where none came. */
    long firstContent() {
        return span(firstContentNanos);
    }

    private long span(long until) {
        return until == 0 ? 0 : until - arrivedNanos;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public long sinceArrival() {
        return ticker.nanos() - arrivedNanos;
    }

    @Override
    public long untilSent() {
        return sentNanos == 0 ? sinceArrival() : sent();
    }

    @Override
    public long untilFirstContent() {
        return firstContentNanos == 0 ? sinceArrival() : firstContent();
    }
}
