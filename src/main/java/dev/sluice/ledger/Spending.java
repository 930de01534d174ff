package dev.sluice.ledger;

import dev.sluice.model.Money;

/**
 * One line of a report.
 *
 * @param name what the line is about: a provider, a day ...
 * @param attempts all of them, however they ended
 * @param settled how many are charged at their cost
 * @param inDoubt how many may have been billed by the provider, nobody knows yet
 * @param unpriced how many settled or in doubt have no known price: the true cost is more than shown
 * @param estimated how many have token counts of our own making
 * @param cost the sum of the settled ones
 * @param estimatedCost the part of {@code cost} that rests on counts of our own making
 * @param reserved the sum of the bounds of those in doubt
 */
public record Spending(
        String name,
        long attempts,
        long settled,
        long inDoubt,
        long unpriced,
        long estimated,
        Money cost,
        Money estimatedCost,
        Money reserved,
        long inputTokens,
        long cachedTokens,
        long outputTokens) {}
