package dev.sluice.ledger.budget;

import java.time.Duration;
import java.util.Optional;

/**
 * What a gateway tells the pool of one of its accounts.
 *
 * @param key the same at every gateway for the same limit, name and window
 * @param hard whether leases are given at all; of a soft limit only what is used is shared
 * @param amount of the limit
 * @param keep what it has leased and does not give back; never below {@code need}
 * @param need what it has used, holds and has in doubt: a pool that has lost everything learns it from here
 * @param want how much more is waited for; 0 for nothing
 * @param least the smallest of what is waited for: less than that is of no use now
 * @param cushion whether a little more than what is wanted would be welcome, so that the next call need not ask
 * @param kept how long the pool keeps it; empty where the window never ends
 * @param heard how long another gateway's part counts after it was last told; empty for as long as it is kept
 */
public record PoolReport(
        String key,
        boolean hard,
        long amount,
        long keep,
        long need,
        long used,
        long want,
        long least,
        boolean cushion,
        Optional<Duration> kept,
        Optional<Duration> heard) {

    public PoolReport {
        if (keep < need || need < used || used < 0 || want < least || least < 0) {
            throw new IllegalArgumentException("a report that cannot be: " + keep + ", " + need + ", " + used);
        }
    }
}
