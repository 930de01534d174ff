package dev.sluice.pipeline;

import dev.sluice.dialect.Inbound;
import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.money.Prices;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Standing;
import dev.sluice.routing.Candidate;
import dev.sluice.routing.Candidate.Obstacle;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import dev.sluice.routing.Plan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who of a chain may answer a call now, and in which order, by prices and by how each provider stands. Thread-safe. */
final class Planner {
    private final Fleet fleet;
    private final Prices prices;
    private final InstantSource clock;

    Planner(Fleet fleet, Prices prices, InstantSource clock) {
        this.fleet = fleet;
        this.prices = prices;
        this.clock = clock;
    }

    /** Without hops where nobody can be asked now. */
    Plan plan(Request request, Chain chain) {
        if (chain.hops().size() == 1) {
            return single(request, chain);
        }
        Instant now = clock.instant();
        List<Candidate> candidates = new ArrayList<>(chain.hops().size());
        for (Hop hop : chain.hops()) {
            candidates.add(candidate(request, hop, now));
        }
        return Plan.of(chain.order(), candidates);
    }

    /** Without an alternative there is nothing to order: the one hop is tried unless something stands against it. */
    private Plan single(Request request, Chain chain) {
        Hop hop = chain.hops().getFirst();
        return obstacle(request, hop)
                .filter(obstacle -> !obstacle.lastResort())
                .map(obstacle -> new Plan(List.of(), List.of(hop.provider() + ": " + obstacle.reason())))
                .orElseGet(() -> new Plan(chain.hops(), List.of()));
    }

    private Candidate candidate(Request request, Hop hop, Instant now) {
        Optional<Long> rank = fleet.find(hop.provider())
                .flatMap(provider ->
                        prices.at(provider.config(), hop.model(), now).rank());
        return new Candidate(hop, rank, obstacle(request, hop));
    }

    private Optional<Obstacle> obstacle(Request request, Hop hop) {
        Optional<Provider> provider = fleet.find(hop.provider());
        if (provider.isEmpty()) {
            return Optional.of(new Obstacle("not_set_up", false));
        }
        Standing standing = provider.get().standing();
        Optional<Obstacle> hard = standing.obstacle(hop.model()).map(reason -> new Obstacle(reason, false));
        if (hard.isPresent()) {
            return hard;
        }
        if (standing.isMissing(hop.model())) {
            return Optional.of(new Obstacle("model_missing", true));
        }
        Inbound.Needs needs = request.inbound().needs();
        return needs.equals(Inbound.Needs.NONE)
                ? Optional.empty()
                : needs.names().stream()
                        .filter(ability -> standing.lacks(hop.model(), ability))
                        .findFirst()
                        .map(ability -> new Obstacle("lacks_" + ability, true));
    }

    /** Where it is known when somebody may be asked again, the client is told. */
    Failure nobodyNow(Chain chain, Plan plan) {
        String words = plan.nobody();
        return chain.hops().stream()
                .flatMap(hop -> fleet.find(hop.provider()).stream()
                        .flatMap(provider -> provider.standing().untilHope(hop.model()).stream()))
                .filter(Duration::isPositive)
                .min(Duration::compareTo)
                .<Failure>map(hope -> new Failure.Busy(words, hope))
                .orElseGet(() -> new Failure.ChainFailed(words, Optional.empty()));
    }
}
