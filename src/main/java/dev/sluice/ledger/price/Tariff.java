package dev.sluice.ledger.price;

import dev.sluice.ledger.Intent;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.util.List;
import java.util.Optional;

/** The price of a model at one moment. An attempt keeps the tariff of its intent, whatever is reloaded meanwhile. */
public sealed interface Tariff {

    /** Names the price in {@link Intent#priceVersion}; "" where there is none. */
    String version();

    /** What the usage costs by the table; empty where that is not known. */
    Optional<Money> table(Usage usage);

    /** What is booked for the usage where the amount that the provider reports, if it does, is what it charges. */
    default Charge charge(Usage usage) {
        Charge table = chargeByTable(usage);
        return usage.charged()
                .map(own -> new Charge(new Cost.Priced(own), table.table(), usage.charged(), table.drifted()))
                .orElse(table);
    }

    /**
     * What is booked for the usage where nobody knows what the amount that the provider reports stands for: it may be
     * credits, yuan, or a nought that is always there. It is compared, and never makes a call free.
     */
    default Charge chargeByTable(Usage usage) {
        Optional<Money> table = table(usage);
        return new Charge(
                byTable(table),
                table,
                usage.charged(),
                usage.charged()
                        .filter(own ->
                                table.filter(ours -> Drift.isWide(own, ours)).isPresent())
                        .isPresent());
    }

    /**
     * What the provider's own cache saves: the usage with all its input fresh, less the usage. Negative where writing into
     * the cache cost more than reading from it has saved; nothing where there is no price to save from.
     */
    default Money savedByCache(Usage usage) {
        return switch (this) {
            case Free _, Unpriced _ -> Money.ZERO;
            case Priced priced -> {
                Rates rates = priced.row(usage.input()).rates();
                Usage fresh = Usage.of(usage.input(), usage.output());
                yield rates.cost(fresh).minus(rates.cost(usage));
            }
        };
    }

    private Cost byTable(Optional<Money> table) {
        return switch (this) {
            case Free _ -> new Cost.Free();
            case Priced _ -> new Cost.Priced(table.orElseThrow());
            case Unpriced _ -> new Cost.Unpriced();
        };
    }

    /** The server is the user's own. */
    record Free() implements Tariff {
        @Override
        public String version() {
            return "";
        }

        @Override
        public Optional<Money> table(Usage usage) {
            return Optional.of(Money.ZERO);
        }
    }

    /**
     * A known price.
     *
     * @param tiers by prompt length, the shortest first
     */
    record Priced(String version, List<PriceRow> tiers) implements Tariff {
        public Priced {
            tiers = List.copyOf(tiers);
            if (tiers.isEmpty() || tiers.getFirst().aboveTokens() != 0) {
                throw new IllegalArgumentException("a tariff begins with the row for short prompts");
            }
        }

        /** Comparable between models, smaller is cheaper: what four tokens read and one written cost, as in a usual call. */
        public long cheapness() {
            Rates rates = tiers.getFirst().rates();
            return 4 * rates.input() + rates.output();
        }

        /** The row for the whole of a request with that many tokens of prompt, cached ones included. */
        public PriceRow row(long promptTokens) {
            int tier = tiers.size() - 1;
            while (promptTokens <= tiers.get(tier).aboveTokens() && tier > 0) {
                tier--;
            }
            return tiers.get(tier);
        }

        @Override
        public Optional<Money> table(Usage usage) {
            return Optional.of(row(usage.input()).rates().cost(usage));
        }
    }

    /** The provider takes money and the table does not know how much. */
    record Unpriced() implements Tariff {
        @Override
        public String version() {
            return "";
        }

        @Override
        public Optional<Money> table(Usage usage) {
            return Optional.empty();
        }
    }
}
