package dev.sluice.ledger.price;

import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.util.Optional;

/**
 * What an attempt is compared with, to tell what the choice of its provider has saved.
 *
 * @param name provider/model
 * @param tariff its price at the attempt's moment
 * @param isItself whether the attempt went there
 * @param countsPrompt false where another part of the same call has counted the prompt already
 */
public record Baseline(String name, Tariff tariff, boolean isItself, boolean countsPrompt) {

    /**
     * What it would have charged; empty where its price is not known.
     *
     * @param usage of what it would have answered; empty for nothing
     * @param charged for the attempt itself
     */
    Optional<Money> charge(Optional<Usage> usage, Money charged) {
        if (tariff instanceof Tariff.Unpriced) {
            return Optional.empty();
        }
        if (usage.isEmpty()) {
            return Optional.of(Money.ZERO);
        }
        if (isItself) {
            return Optional.of(charged); // By the table it would differ where the provider names its own amount.
        }
        return tariff.table(countsPrompt ? usage.get() : Usage.of(0, usage.get().output()));
    }
}
