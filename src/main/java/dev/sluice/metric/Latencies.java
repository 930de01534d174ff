package dev.sluice.metric;

import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram of durations from a microsecond to an hour, each bucket about 9 % wider than the one before, so that a
 * percentile is right to within 9 %. Thread-safe, without locks.
 */
public final class Latencies {
    private static final int PER_DOUBLING = 8;
    private static final long SMALLEST = 1_000;
    private static final int BUCKETS = 32 * PER_DOUBLING;

    private final LongAdder[] counts = new LongAdder[BUCKETS];
    private final LongAdder sum = new LongAdder();

    public Latencies() {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** What is shorter or longer than the buckets go counts in the first or the last one; the mean has all of it. */
    public void add(long nanos) {
        counts[bucket(nanos)].increment();
        sum.add(nanos);
    }

    private static int bucket(long nanos) {
        if (nanos <= SMALLEST) {
            return 0;
        }
        double doublings = Math.log((double) nanos / SMALLEST) / Math.log(2);
        return Math.min(BUCKETS - 1, (int) (doublings * PER_DOUBLING));
    }

    /** Values so far. While others add it is some number between before and after. */
    public long count() {
        long all = 0;
        for (LongAdder count : counts) {
            all += count.sum();
        }
        return all;
    }

    /** The mean in nanoseconds; 0 where nothing was added. */
    public long mean() {
        long all = count();
        return all == 0 ? 0 : sum.sum() / all;
    }

    /** The upper edge of the bucket that holds this share of the values, in nanoseconds; 0 where nothing was added. */
    public long percentile(double share) {
        long all = count();
        if (all == 0) {
            return 0;
        }
        long rank = (long) Math.ceil(share * all);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i].sum();
            if (seen >= rank) {
                return (long) (SMALLEST * Math.pow(2, (i + 1) / (double) PER_DOUBLING));
            }
        }
        return 0;
    }
}
