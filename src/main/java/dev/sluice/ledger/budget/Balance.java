package dev.sluice.ledger.budget;

import java.util.Optional;

/**
 * How full one account is.
 *
 * @param account whose; "" for the gateway's
 * @param used settled for good by this gateway
 * @param held by what is under way
 * @param doubt by what has ended in a way that nobody knows its cost
 * @param share what this gateway has leased, and what the others have taken; empty where it is the only one
 */
public record Balance(
        Limit limit,
        String account,
        Window window,
        long used,
        long held,
        long doubt,
        boolean saving,
        Optional<Share> share) {

    /** What may still be taken; below 0 after an overrun or where the amount was lowered. */
    public long free() {
        return limit.amount() - used - held - doubt - share.map(Share::needed).orElse(0L);
    }

    /** Settled for good by all gateways. */
    public long spent() {
        return used + share.map(Share::used).orElse(0L);
    }
}
