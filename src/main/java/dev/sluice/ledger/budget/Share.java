package dev.sluice.ledger.budget;

/**
 * What the pool says of one account.
 *
 * @param lease how much of the amount this gateway may take in all, what it has taken included
 * @param used by the other gateways
 * @param needed by the other gateways: used, held and in doubt, as each of them last told
 * @param room what nobody has leased
 */
public record Share(long lease, long used, long needed, long room) {
    /** Before the pool has said anything: nothing may be taken. */
    static final Share NOTHING = new Share(0, 0, 0, 0);

    public Share {
        if (lease < 0 || used < 0 || needed < 0 || room < 0) {
            throw new IllegalArgumentException("a share must not be negative");
        }
    }

    Share withLease(long other) {
        return new Share(other, used, needed, room);
    }
}
