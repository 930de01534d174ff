package dev.sluice.pipeline;

import dev.sluice.model.Failure;
import dev.sluice.provider.Fleet;
import dev.sluice.routing.Hop;
import dev.sluice.routing.Plan;
import java.util.Optional;

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

    /** @param window of the model that has just failed, in tokens; 0 where unknown */
    void nextAfter(Failure.Upstream failure, long window, Fleet fleet) {
        if (failure.kind() == Failure.Kind.CONTEXT_TOO_LONG) {
            nextLargerThan(window, fleet);
        } else {
            next();
        }
    }

    /** Past one model's window only a larger one helps. */
    private void nextLargerThan(long tooSmall, Fleet fleet) {
        next();
        while (here().filter(hop -> window(hop, fleet) <= tooSmall).isPresent()) {
            next();
        }
    }

    private static long window(Hop hop, Fleet fleet) {
        return fleet.find(hop.provider())
                .map(provider -> provider.target(hop.model(), hop.thinking()).contextLimit())
                .orElse(0L);
    }

    /** What is left of the plan, the hop to be asked now first. */
    Plan rest() {
        return new Plan(plan.hops().subList(at, plan.hops().size()), plan.leftOut());
    }

    /** For the ledger, such as {@code 2 of 3 after connect}. */
    String decision(Optional<Failure> before) {
        String place = (at + 1) + " of " + plan.hops().size();
        return before.map(failure -> place + " after " + Observe.word(failure)).orElse(place);
    }
}
