package dev.sluice.ledger;

import dev.sluice.model.Money;

/**
 * What an attempt did not cost, in three parts that are never added up unseen. Each is a memo: no money moved.
 *
 * @param ownCache what an answer from our own cache would have cost at its provider
 * @param providerCache what the tokens that the provider read from its own cache would have cost without it
 * @param routing what the stated baseline would have cost, less what the attempt did; negative where it cost more
 */
public record Savings(Money ownCache, Money providerCache, Money routing) {
    public static final Savings NONE = new Savings(Money.ZERO, Money.ZERO, Money.ZERO);
}
