package dev.sluice.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The hops to try, in order, and the ones left out with their reasons.
 *
 * @param leftOut such as {@code deepseek: credit_exhausted}
 */
public record Plan(List<Hop> hops, List<String> leftOut) {
    /** Nobody to ask. */
    public static final Plan NOBODY = new Plan(List.of(), List.of());

    public Plan {
        hops = List.copyOf(hops);
        leftOut = List.copyOf(leftOut);
    }

    /** Why nobody could be asked, for the client. */
    public String nobody() {
        String words = "no provider can be asked for this model now";
        return leftOut.isEmpty() ? words : words + " (" + String.join(", ", leftOut) + ")";
    }

    /**
     * Leaves out what cannot be asked and orders the rest: cheapest at this hour first, unpriced ones last, and what
     * costs the same in the written order. Where nobody is left, last resorts are asked after all.
     */
    public static Plan of(Chain.Order order, List<Candidate> candidates) {
        List<Candidate> open = new ArrayList<>(candidates.size());
        List<Candidate> lastResorts = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Optional<Candidate.Obstacle> obstacle = candidate.obstacle();
            if (obstacle.isEmpty()) {
                open.add(candidate);
                continue;
            }
            leftOut.add(candidate.hop().provider() + ": " + obstacle.get().reason());
            if (obstacle.get().lastResort()) {
                lastResorts.add(candidate);
            }
        }
        List<Candidate> asked = open.isEmpty() ? lastResorts : open;
        if (order == Chain.Order.PRICE) {
            asked.sort(Comparator.comparing(candidate -> candidate.price().orElse(Long.MAX_VALUE)));
        }
        return new Plan(asked.stream().map(Candidate::hop).toList(), leftOut);
    }
}
