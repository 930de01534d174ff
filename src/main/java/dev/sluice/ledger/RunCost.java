package dev.sluice.ledger;

import dev.sluice.model.Money;
import java.time.Instant;

/**
 * What the ledger knows of one run of a job. It belongs to the moment of its first attempt.
 *
 * @param requests calls, each with one attempt or more
 * @param throttled attempts that a provider answered with 429
 * @param unpriced settled or in doubt without a known price: the true cost is more
 * @param cost of the settled attempts
 * @param reserved the bounds of those in doubt
 */
public record RunCost(
        String run,
        Instant first,
        Instant last,
        long requests,
        long attempts,
        long throttled,
        long inDoubt,
        long unpriced,
        Money cost,
        Money reserved,
        long inputTokens,
        long cachedTokens,
        long outputTokens) {}
