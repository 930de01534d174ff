package dev.sluice.pipeline.money;

import dev.sluice.ledger.price.Charge;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Demand;
import dev.sluice.ledger.price.PriceBook;
import dev.sluice.ledger.price.Tariff;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.time.Instant;
import java.util.Optional;

/**
 * What one provider's model costs at one moment.
 *
 * @param reports whether the cost that the provider reports is what it charges
 */
public record Price(PriceBook book, String seller, String model, Instant when, Tariff tariff, boolean reports) {
    /** Whether its calls cost nothing, so that nothing has to be booked before they are sent. */
    public boolean isFree() {
        return tariff instanceof Tariff.Free;
    }

    /** Whether its calls cost an amount that nobody here knows. */
    public boolean isUnknown() {
        return tariff instanceof Tariff.Unpriced;
    }

    /** The most that a call may cost; empty where no price is known. */
    Optional<Money> bound(long inputTokens, long outputTokens) {
        return switch (tariff) {
            case Tariff.Free _ -> Optional.of(Money.ZERO);
            case Tariff.Priced _ -> book.bound(seller, model, new Demand(inputTokens, outputTokens, 1), when);
            case Tariff.Unpriced _ -> Optional.empty();
        };
    }

    /** What so much costs: by what the provider says that it charges where that is known to be so, else by the table. */
    public Cost of(Usage usage) {
        return isFree() ? new Cost.Free() : charge(usage).cost();
    }

    /** The cost of a call that is not free, and how it compares with the table. */
    public Charge charge(Usage usage) {
        return reports ? tariff.charge(usage) : tariff.chargeByTable(usage);
    }

    /** Names the price row; "" where there is none. */
    public String version() {
        return tariff.version();
    }

    /** Comparable between models, smaller is cheaper; empty where no price is known. */
    public Optional<Long> rank() {
        return switch (tariff) {
            case Tariff.Free _ -> Optional.of(0L);
            case Tariff.Priced priced -> Optional.of(priced.cheapness());
            case Tariff.Unpriced _ -> Optional.empty();
        };
    }
}
