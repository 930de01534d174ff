package dev.sluice.ledger.budget;

/**
 * How full one account is.
 *
 * @param account whose; "" for the gateway's
 * @param used settled for good
 * @param held by what is under way
 * @param doubt by what has ended in a way that nobody knows its cost
 */
public record Balance(Limit limit, String account, Window window, long used, long held, long doubt, boolean saving) {

    /** What may still be taken; below 0 after an overrun or where the amount was lowered. */
    public long free() {
        return limit.amount() - used - held - doubt;
    }
}
