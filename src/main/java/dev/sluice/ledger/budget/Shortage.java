package dev.sluice.ledger.budget;

import java.time.Instant;

/**
 * A limit that something does not fit. Where several do not take it, the one that could come to take the least of it is
 * told: to wait for another, or to ask for less because of another, would be in vain.
 *
 * @param free what is left at all gateways together; below 0 after an overrun
 * @param held what others hold there just now, here or elsewhere, and may give back
 * @param amount what does not fit
 */
record Shortage(Limit limit, String account, long free, long held, long amount) {
    static Shortage of(Account account, long amount) {
        return new Shortage(account.limit(), account.name(), account.left(), account.underWay(), amount);
    }

    /** Compares which share of what is needed could come to fit in the end, then which fits now. */
    boolean isWorseThan(Shortage other) {
        int inTheEnd = compareShares(free + held, other.free + other.held, other);
        return inTheEnd < 0 || (inTheEnd == 0 && compareShares(free, other.free, other) < 0);
    }

    /** Of {@code mine / amount} and {@code theirs / other.amount}, multiplied out in 128 bits. */
    private int compareShares(long mine, long theirs, Shortage other) {
        long needed = Math.max(1, amount);
        long neededThere = Math.max(1, other.amount);
        int high = Long.compare(Math.multiplyHigh(mine, neededThere), Math.multiplyHigh(theirs, needed));
        return high != 0 ? high : Long.compareUnsigned(mine * neededThere, theirs * needed);
    }

    Ruling told(Instant at) {
        return new Ruling.Insufficient(
                limit, account, free, held, limit.window(at).to());
    }
}
