package dev.sluice.ledger;

import dev.sluice.model.Money;
import java.util.Optional;

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
 * @param saved what was not spent
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
        Saved saved) {

    /**
     * What was not spent, net: an attempt that cost more than its baseline lowers it.
     *
     * @param known the sum over those attempts of which it is known
     * @param measured how many these are
     */
    public record Saved(Money ownCache, Money providerCache, Money known, long measured) {}

    /** What routing has saved; empty where it is not known of a single attempt, which is not the same as nothing. */
    public Optional<Money> routing() {
        return saved.measured() == 0 && attempts > 0 ? Optional.empty() : Optional.of(saved.known());
    }

    /** Of how many attempts it is not known what routing has saved. */
    public long unmeasured() {
        return attempts - saved.measured();
    }

    /** The whole input, cached parts included. */
    public long inputTokens() {
        return freshTokens + cacheReadTokens + cacheWriteTokens;
    }

    /** The part of the input that the provider read from its cache. */
    public long cachedTokens() {
        return cacheReadTokens;
    }
}
