package dev.sluice.pipeline;

import dev.sluice.ledger.budget.Thrift;
import dev.sluice.model.Failure;
import dev.sluice.routing.Plan;
import java.util.Optional;
import java.util.function.Function;

/** The cheaper way on that a limit names for calls that do not fit it; a call takes it once. Lives on one loop. */
final class Detour {
    private final Function<String, Optional<Plan>> plans;
    private Optional<Plan> plan = Optional.empty();
    private boolean taken;

    /** @param plans who answers a model that a limit names */
    Detour(Function<String, Optional<Plan>> plans) {
        this.plans = plans;
    }

    /** Notes what the limit in the way says about cheaper ways; the first one that says anything holds. */
    void note(Optional<Thrift> thrift) {
        plan = plan.or(() ->
                thrift.map(Thrift::route).filter(route -> !route.isEmpty()).flatMap(plans));
    }

    /** The way on where nobody of the call's own plan is left; empty where there is none, or it failed for another reason. */
    Optional<Plan> take(Optional<Failure> why) {
        boolean isAboutLimits = why.filter(Detour::isAboutLimits).isPresent();
        Optional<Plan> way = plan.filter(_ -> isAboutLimits && !taken)
                .filter(found -> !found.hops().isEmpty());
        taken |= way.isPresent();
        return way;
    }

    private static boolean isAboutLimits(Failure failure) {
        return failure instanceof Failure.OverBudget || failure instanceof Failure.SharedStoreUnavailable;
    }
}
