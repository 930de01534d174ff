package dev.sluice.metric;

import java.util.concurrent.atomic.LongAdder;

/** Running totals of one model at one provider since the start. Thread-safe. */
public final class Tally {
    private final LongAdder attempts = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder rateLimited = new LongAdder();
    private final LongAdder unpriced = new LongAdder();
    private final LongAdder inputTokens = new LongAdder();
    private final LongAdder cachedTokens = new LongAdder();
    private final LongAdder outputTokens = new LongAdder();
    private final LongAdder nanoDollars = new LongAdder();
    private final Latencies attemptTimes = new Latencies();
    private final Latencies firstContentTimes = new Latencies();
    private final Latencies requestTimes = new Latencies();

    void attempt(long nanos) {
        attempts.increment();
        attemptTimes.add(nanos);
    }

    void failed() {
        failures.increment();
    }

    void firstContent(long nanos) {
        firstContentTimes.add(nanos);
    }

    void tokens(long input, long cached, long output) {
        inputTokens.add(input);
        cachedTokens.add(cached);
        outputTokens.add(output);
    }

    void spent(long nanos) {
        nanoDollars.add(nanos);
    }

    void unpriced() {
        unpriced.increment();
    }

    void rateLimited() {
        rateLimited.increment();
    }

    void request(long nanos) {
        requestTimes.add(nanos);
    }

    public long attempts() {
        return attempts.sum();
    }

    public long failures() {
        return failures.sum();
    }

    /** Answers with status 429. */
    public long rateLimits() {
        return rateLimited.sum();
    }

    /** Settled attempts whose cost nobody knows, so that {@link #nanoDollars} is short of it. */
    public long unpricedAttempts() {
        return unpriced.sum();
    }

    /** Of all prompts, those from a provider's cache included. */
    public long inputTokens() {
        return inputTokens.sum();
    }

    /** Those of {@link #inputTokens} that came from a provider's cache. */
    public long cachedTokens() {
        return cachedTokens.sum();
    }

    public long outputTokens() {
        return outputTokens.sum();
    }

    /** Settled cost in billionths of a US dollar. */
    public long nanoDollars() {
        return nanoDollars.sum();
    }

    /** From the moment an attempt was sent to its end, failed ones included. */
    public Latencies attemptTimes() {
        return attemptTimes;
    }

    /** From a call's arrival to the first content of the attempt that had some. */
    public Latencies firstContentTimes() {
        return firstContentTimes;
    }

    /** From a call's arrival to its end, all its attempts and pauses together. */
    public Latencies requestTimes() {
        return requestTimes;
    }
}
