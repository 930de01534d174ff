package dev.sluice.ledger.price;

import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.util.Optional;

/**
 * What an attempt did not cost, in three parts that are never added up unseen. Each is a memo: no money moved.
 *
 * @param ownCache what an answer from our own cache would have cost at its provider
 * @param providerCache what the tokens that the provider read from its own cache would have cost without it, less what
 *     it charged for writing others into it
 * @param routing what the baseline would have charged, less what the attempt was charged; negative where it cost more
 * @param baseline what {@code routing} is measured against, as provider/model; "" where that is not known, and then
 *     {@code routing} says nothing
 */
public record Savings(Money ownCache, Money providerCache, Money routing, String baseline) {
    public static final Savings NONE = new Savings(Money.ZERO, Money.ZERO, Money.ZERO, "");

    /**
     * What is known of them when an attempt ends. All amounts are those of the price rows that hold for the attempt.
     *
     * <p>The baseline is credited with what it would have charged for the same tokens, cached ones at its own price for
     * cached ones, so that no saving is counted in two places. Only what served the client is credited: another attempt
     * of the same call has cost money and saved none.
     *
     * @param own the attempt's price
     * @param charged what is settled for it; nothing where that is not known yet
     * @param served whether the client got what this attempt brought
     */
    public static Savings of(
            Tariff own, Optional<Baseline> baseline, Optional<Usage> usage, Money charged, boolean served) {
        Optional<Usage> answer = served ? usage : Optional.empty();
        Money cache = answer.map(own::savedByCache).orElse(Money.ZERO);
        return baseline.flatMap(against -> against.charge(answer, charged)
                        .map(credit -> new Savings(Money.ZERO, cache, credit.minus(charged), against.name())))
                .orElseGet(() -> new Savings(Money.ZERO, cache, Money.ZERO, ""));
    }
}
