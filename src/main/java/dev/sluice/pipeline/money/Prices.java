package dev.sluice.pipeline.money;

import dev.sluice.ledger.price.PriceBook;
import dev.sluice.ledger.price.Tariff;
import dev.sluice.provider.ProviderConfig;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The price book as the road asks it. A provider of the user's own is free whatever the book says. Another book may take
 * its place at any moment: a {@link Price} keeps the one it was made from to its end. Thread-safe.
 */
public final class Prices {
    private static final Tariff FREE = new Tariff.Free();
    private static final Tariff UNPRICED = new Tariff.Unpriced();

    private volatile PriceBook book;

    public Prices(PriceBook book) {
        this.book = book;
    }

    /** The names in price lists of which no price is ever charged, because whoever would be asked under them is free. */
    public static Set<String> freeSellers(List<ProviderConfig> providers) {
        Set<String> free = new HashSet<>();
        providers.stream()
                .filter(ProviderConfig::free)
                .map(ProviderConfig::name)
                .forEach(free::add);
        providers.stream().filter(provider -> !provider.free()).forEach(paid -> free.removeAll(paid.sellers()));
        return free;
    }

    /** Another book from now on. */
    public void use(PriceBook next) {
        book = next;
    }

    /** What the provider's model costs at that moment. In memory, microseconds. */
    public Price at(ProviderConfig provider, String model, Instant when) {
        return at(book, provider, model, when);
    }

    private static Price at(PriceBook book, ProviderConfig provider, String model, Instant when) {
        if (provider.free()) {
            return new Price(book, provider.name(), model, when, FREE, false);
        }
        boolean reports = provider.kind().reportsCost();
        for (String seller : provider.sellers()) {
            Tariff tariff = book.tariff(seller, model, when);
            if (!(tariff instanceof Tariff.Unpriced)) {
                return new Price(book, seller, model, when, tariff, reports);
            }
        }
        return new Price(book, provider.name(), model, when, UNPRICED, reports);
    }

    /** The same of a seller that is not set up here. */
    public Price ofSeller(String seller, String model, Instant when) {
        return new Price(book, seller, model, when, book.tariff(seller, model, when), false);
    }
}
