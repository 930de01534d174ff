package dev.sluice.ledger;

import dev.sluice.model.Money;

/**
 * One line of a report, amendments applied.
 *
 * @param name what the line is about: a provider, a day ...
 * @param attempts all of them, however they ended
 * @param calls requests, that is first attempts
 * @param settled how many attempts are charged at their cost
 * @param inDoubt how many may have been billed by the provider, nobody knows yet
 * @param unpriced how many settled or in doubt have no known price: the true cost is more than shown
 * @param estimated how many have token counts of our own making
 * @param failures how many neither went well nor were called off by the client
 * @param cost the sum of the settled ones
 * @param estimatedCost the part of {@code cost} that rests on counts of our own making
 * @param failureCost the part of {@code cost} that was charged for failures
 * @param reserved the sum of the bounds of those in doubt
 * @param freshTokens input that no cache of the provider had
 * @param savings what was not spent, net: an attempt that cost more than its baseline lowers it
 */
public record Spending(
        String name,
        long attempts,
        long calls,
        long settled,
        long inDoubt,
        long unpriced,
        long estimated,
        long failures,
        Money cost,
        Money estimatedCost,
        Money failureCost,
        Money reserved,
        long freshTokens,
        long cacheReadTokens,
        long cacheWriteTokens,
        long outputTokens,
        Savings savings) {

    /** The whole input, cached parts included. */
    public long inputTokens() {
        return freshTokens + cacheReadTokens + cacheWriteTokens;
    }

    /** The part of the input that the provider read from its cache. */
    public long cachedTokens() {
        return cacheReadTokens;
    }
}
