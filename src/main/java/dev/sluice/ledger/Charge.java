package dev.sluice.ledger;

import dev.sluice.model.Money;
import java.util.Optional;

/**
 * The price of one attempt and where it comes from.
 *
 * @param cost what is booked: the provider's own amount where it names one, else the table's
 * @param table what the price table says; empty where it has no price
 * @param drifted whether the provider's amount is more than 2 % off the table's, so that the table wants a look
 */
public record Charge(Cost cost, Optional<Money> table, boolean drifted) {}
