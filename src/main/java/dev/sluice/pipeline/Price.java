package dev.sluice.pipeline;

import dev.sluice.ledger.Charge;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Demand;
import dev.sluice.ledger.PriceBook;
import dev.sluice.ledger.Tariff;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one provider's model costs at one moment. */
public record Price(PriceBook book, String seller, String model, Instant when, Tariff tariff) {
    private static final Logger LOG = LoggerFactory.getLogger(Price.class);

    /** Whether its calls cost nothing, so that nothing has to be booked before they are sent. */
    boolean isFree() {
        return tariff instanceof Tariff.Free;
    }

    /** Whether its calls cost an amount that nobody here knows. */
    boolean isUnknown() {
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

    Cost of(Usage usage) {
        if (isFree()) {
            return new Cost.Free();
        }
        Charge charge = tariff.charge(usage);
        if (charge.drifted()) {
            LOG.warn(
                    "price drift: {} charged {} for {}, the table says {}",
                    seller,
                    charge.cost(),
                    model,
                    charge.table().map(Money::toString).orElse("nothing"));
        }
        return charge.cost();
    }

    /** Names the price row; "" where there is none. */
    String version() {
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
