package dev.sluice.ledger.price;

import dev.sluice.model.Money;

/** How far two amounts may lie apart before the price table is suspected. */
final class Drift {
    private static final long PERCENT = 2;

    private Drift() {}

    static boolean isWide(Money charged, Money table) {
        long apart = Math.abs(charged.nanos() - table.nanos());
        // Below a micro-dollar a difference is the provider's rounding.
        return apart > 1000 && apart / PERCENT > table.nanos() / 100;
    }
}
