package dev.sluice.ledger.price;

import dev.sluice.model.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * All prices that are known: an immutable snapshot, so a reload is a new book. A model that is not in it has no price;
 * nothing is guessed from its name.
 */
public final class PriceBook {
    private static final Comparator<PriceRow> ORDER = Comparator.comparing(PriceRow::provider)
            .thenComparing(PriceRow::model)
            .thenComparing(PriceRow::from)
            .thenComparing(row -> row.window().map(PeakHours::text).orElse(""))
            .thenComparingLong(PriceRow::aboveTokens);

    private final List<PriceRow> rows;
    private final Map<String, Map<String, ModelPrices>> prices;

    /** @param known prices of models whose rows are all among these */
    private PriceBook(Collection<PriceRow> rows, BiFunction<String, String, Optional<ModelPrices>> known) {
        this.rows = rows.stream().sorted(ORDER).toList();
        this.prices = new HashMap<>();
        Map<String, Map<String, List<PriceRow>>> grouped = new HashMap<>();
        for (PriceRow row : this.rows) {
            grouped.computeIfAbsent(row.provider(), _ -> new HashMap<>())
                    .computeIfAbsent(row.model(), _ -> new ArrayList<>())
                    .add(row);
        }
        grouped.forEach((provider, models) -> {
            Map<String, ModelPrices> ofProvider = new HashMap<>();
            models.forEach((model, ofModel) ->
                    ofProvider.put(model, known.apply(provider, model).orElseGet(() -> new ModelPrices(ofModel))));
            prices.put(provider, ofProvider);
        });
    }

    /** The book that comes with this version. */
    public static PriceBook shipped() {
        return of(PriceFile.shipped());
    }

    /** @throws IllegalArgumentException where a model has at some time prices for long prompts only */
    public static PriceBook of(Collection<PriceRow> rows) {
        return new PriceBook(rows, (_, _) -> Optional.empty());
    }

    /** This book, with all rows of each model that the user's rows name replaced by the user's. */
    public PriceBook overriddenBy(Collection<PriceRow> own) {
        Set<String> named = new HashSet<>();
        own.forEach(row -> named.add(row.provider() + ' ' + row.model()));
        List<PriceRow> merged = new ArrayList<>(own);
        rows.stream()
                .filter(row -> !named.contains(row.provider() + ' ' + row.model()))
                .forEach(merged::add);
        return new PriceBook(
                merged,
                (provider, model) ->
                        named.contains(provider + ' ' + model) ? Optional.empty() : Optional.of(find(provider, model)));
    }

    /** What holds at that moment; {@link Tariff.Unpriced}, never nothing to pay, where no row says. Names are compared exactly. */
    public Tariff tariff(String provider, String model, Instant at) {
        return find(provider, model).at(at);
    }

    /** The most an attempt may cost that begins now: the dearest window and prompt length that could come to hold. */
    public Optional<Money> bound(String provider, String model, Demand demand, Instant at) {
        if (!(tariff(provider, model, at) instanceof Tariff.Priced)) {
            return Optional.empty();
        }
        Money most = Money.ZERO;
        for (Tariff.Priced tariff : find(provider, model).possible(at)) {
            for (PriceRow tier : tariff.tiers()) {
                Money bound = tier.rates().bound(demand);
                boolean canHold = tier.aboveTokens() < demand.promptTokens() || tier.aboveTokens() == 0;
                most = canHold && bound.compareTo(most) > 0 ? bound : most;
            }
        }
        return Optional.of(most);
    }

    /** All rows, in an order for readers. */
    public List<PriceRow> rows() {
        return rows;
    }

    /** The rows that hold for one model at one moment, as lines for a reader. */
    public List<String> describe(String provider, String model, Instant at) {
        return switch (tariff(provider, model, at)) {
            case Tariff.Free _ -> List.of(provider + " " + model + ": free (own server)");
            case Tariff.Priced priced ->
                priced.tiers().stream().map(PriceRow::toString).toList();
            case Tariff.Unpriced _ ->
                List.of(provider + " " + model + ": unpriced; add it to your own price file to set budgets on it");
        };
    }

    private ModelPrices find(String provider, String model) {
        return prices.getOrDefault(provider, Map.of()).getOrDefault(model, ModelPrices.NONE);
    }
}
