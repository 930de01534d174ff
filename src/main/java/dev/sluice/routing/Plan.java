package dev.sluice.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The hops to try, in order, and the ones left out with their reasons.
 *
 * @param leftOut such as {@code deepseek: credit_exhausted}
 */
public record Plan(List<Hop> hops, List<String> leftOut) {
    public Plan {
        hops = List.copyOf(hops);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Leaves out what cannot be asked and orders the rest: cheapest at this hour first, unpriced ones last, and what
     * costs the same in the written order.
     */
    public static Plan of(Chain.Order order, List<Candidate> candidates) {
        List<Candidate> open = new ArrayList<>(candidates.size());
        List<String> leftOut = new ArrayList<>();
        for (Candidate candidate : candidates) {
            candidate
                    .obstacle()
                    .ifPresentOrElse(
                            reason -> leftOut.add(candidate.hop().provider() + ": " + reason),
                            () -> open.add(candidate));
        }
        if (order == Chain.Order.PRICE) {
            open.sort(Comparator.comparing(candidate -> candidate.price().orElse(Long.MAX_VALUE)));
        }
        return new Plan(open.stream().map(Candidate::hop).toList(), leftOut);
    }
}
