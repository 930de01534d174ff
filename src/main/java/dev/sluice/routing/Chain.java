package dev.sluice.routing;

import java.util.List;

/** A model's links, and whether they are tried cheapest first or as written. */
public record Chain(List<Hop> hops, Order order) {
    public Chain {
        hops = List.copyOf(hops);
    }

    /** How a chain is ordered at the time of a call. */
    public enum Order {
        PRICE,
        WRITTEN
    }

    public static Chain of(Hop hop) {
        return new Chain(List.of(hop), Order.WRITTEN);
    }
}
