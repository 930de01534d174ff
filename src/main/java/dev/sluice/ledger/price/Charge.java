package dev.sluice.ledger.price;

import dev.sluice.model.Money;
import java.util.Optional;

/**
 * The price of one attempt and where it comes from.
 *
 * @param cost what is booked: what the provider reports where that is known to be what it charges, else the table's
 * @param table what the price table says; empty where it has no price
 * @param reported what the provider reports, whatever that may stand for
 * @param drifted whether the provider's amount is more than 2 % off the table's, so that the table wants a look
 */
public record Charge(Cost cost, Optional<Money> table, Optional<Money> reported, boolean drifted) {

    /** Whether what is booked is what the provider reports. */
    public boolean isReported() {
        return reported.<Cost>map(Cost.Priced::new).filter(cost::equals).isPresent();
    }
}
