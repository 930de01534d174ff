package dev.sluice.pipeline;

import dev.sluice.routing.Hop;
import dev.sluice.routing.Plan;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Where on its plan a call is: which hop is asked now, how often it has been, and which comes next. Lives on one loop. */
final class Itinerary {
    private final Plan plan;
    private int at;
    private int tries;

    Itinerary(Plan plan) {
        this.plan = plan;
    }

    /** The hop to be asked now; empty behind the last one. */
    Optional<Hop> here() {
        return at < plan.hops().size() ? Optional.of(plan.hops().get(at)) : Optional.empty();
    }

    /** Whether nobody comes behind the hop that is asked now. */
    boolean isLast() {
        return at + 1 >= plan.hops().size();
    }

    /** The hop is being asked once more. */
    void ask() {
        tries++;
    }

    /** How often the hop has been asked for this call. */
    int tries() {
        return tries;
    }

    void next() {
        at++;
        tries = 0;
    }

    /** Past one model's window only a larger one helps. */
    void nextLargerThan(long tooSmall, ToLongFunction<Hop> window) {
        next();
        while (here().filter(hop -> window.applyAsLong(hop) <= tooSmall).isPresent()) {
            next();
        }
    }

    /** Such as {@code 1 of 3}. */
    String place() {
        return (at + 1) + " of " + plan.hops().size();
    }

    /** Why nobody could be asked. */
    String nobody() {
        String words = "no provider can be asked for this model now";
        return plan.leftOut().isEmpty() ? words : words + " (" + String.join(", ", plan.leftOut()) + ")";
    }
}
