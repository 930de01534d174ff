package dev.sluice;

import dev.sluice.ledger.Charge;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Demand;
import dev.sluice.ledger.PriceBook;
import dev.sluice.ledger.Tariff;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import dev.sluice.pipeline.Price;
import dev.sluice.pipeline.Prices;
import dev.sluice.provider.ProviderConfig;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The price book as the pipeline asks it. A provider of the user's own is free whatever the book says. */
final class BookPrices implements Prices {
    private static final Logger LOG = LoggerFactory.getLogger(BookPrices.class);
    private static final Price FREE = new FreePrice();

    private final PriceBook book;

    BookPrices(PriceBook book) {
        this.book = book;
    }

    @Override
    public Price at(ProviderConfig provider, String model, Instant when) {
        if (provider.free()) {
            return FREE;
        }
        return new BookPrice(
                book,
                provider.kind().name(),
                model,
                when,
                book.tariff(provider.kind().name(), model, when));
    }

    private record BookPrice(PriceBook book, String seller, String model, Instant when, Tariff tariff)
            implements Price {
        @Override
        public boolean free() {
            return false;
        }

        @Override
        public Optional<Money> bound(long inputTokens, long outputTokens) {
            return book.bound(seller, model, new Demand(inputTokens, outputTokens, 1), when);
        }

        @Override
        public Cost of(Usage usage) {
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

        @Override
        public String version() {
            return tariff.version();
        }

        @Override
        public Optional<Long> rank() {
            return switch (tariff) {
                case Tariff.Free _ -> Optional.of(0L);
                case Tariff.Priced _ -> Optional.of(book.cheapness(seller, model, when));
                case Tariff.Unpriced _ -> Optional.empty();
            };
        }
    }

    private record FreePrice() implements Price {
        @Override
        public boolean free() {
            return true;
        }

        @Override
        public Optional<Money> bound(long inputTokens, long outputTokens) {
            return Optional.of(Money.ZERO);
        }

        @Override
        public Cost of(Usage usage) {
            return new Cost.Free();
        }

        @Override
        public String version() {
            return "";
        }

        @Override
        public Optional<Long> rank() {
            return Optional.of(0L);
        }
    }
}
