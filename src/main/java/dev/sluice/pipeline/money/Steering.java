package dev.sluice.pipeline.money;

import dev.sluice.account.Tier;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.ledger.budget.Thrift;
import dev.sluice.model.Caller;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Provider;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Which part of a chain the caller's tier and the state of its budgets leave, and what is asked instead. Thread-safe. */
public final class Steering {
    private final Treasury treasury;
    private final Fleet fleet;
    private final InstantSource clock;

    public Steering(Treasury treasury, Fleet fleet, InstantSource clock) {
        this.treasury = treasury;
        this.fleet = fleet;
        this.clock = clock;
    }

    /**
     * Where a call goes.
     *
     * @param why for the client and the log; empty where nothing was changed
     */
    public record Course(Chain chain, Optional<String> why) {}

    /**
     * @param chains what another model's name means
     * @throws GatewayException where the tier leaves nothing
     */
    public Course steer(Caller caller, String model, Chain chain, Function<String, Chain> chains) {
        Optional<Tier> tier = treasury.tier(caller.tier());
        if (tier.isEmpty() && !caller.tier().isEmpty()) {
            throw refused("the tier '" + caller.tier() + "' of this key is not set up here");
        }
        Course allowed = tier.map(rules -> allowed(rules, model, chain, chains))
                .orElseGet(() -> new Course(chain, Optional.empty()));
        return spared(caller, allowed, chains);
    }

    /**
     * @param choosing the field of a call by which another model than the one it asks for may answer
     * @throws GatewayException where the caller's tier has only some models
     */
    public void refuseOtherModels(Caller caller, Optional<String> choosing) {
        treasury.tier(caller.tier())
                .filter(tier -> !tier.models().isEmpty())
                .flatMap(_ -> choosing)
                .ifPresent(field -> {
                    throw refused("the tier '" + caller.tier() + "' has some models only, so a call may not have '"
                            + field + "', by which another one could answer");
                });
    }

    /**
     * What a budget's cheaper way is for this caller: a tier that keeps to its own servers keeps to them there, too.
     *
     * @param chains what another model's name means
     * @return without hops where the tier leaves nothing of it
     */
    public Chain cheaper(Caller caller, String route, Function<String, Chain> chains) {
        Chain chain = chains.apply(route);
        return treasury.tier(caller.tier()).filter(Steering::staysAtHome).isPresent()
                ? only(chain, this::isLocal)
                : chain;
    }

    private static boolean staysAtHome(Tier tier) {
        return tier.routes() == Tier.Routes.LOCAL;
    }

    private Course allowed(Tier tier, String model, Chain chain, Function<String, Chain> chains) {
        if (!tier.allows(model)) {
            throw refused("model '" + model + "' is not among those of the tier '" + tier.name() + "'");
        }
        if (!staysAtHome(tier)) {
            return new Course(chain, Optional.empty());
        }
        Chain local = only(chain, this::isLocal);
        if (!local.hops().isEmpty()) {
            return new Course(local, Optional.empty());
        }
        Chain instead = tier.instead().isEmpty() ? local : only(chains.apply(tier.instead()), this::isLocal);
        if (instead.hops().isEmpty()) {
            throw refused("the tier '" + tier.name() + "' asks local models only, and '" + model + "' is not one");
        }
        return new Course(instead, Optional.of("tier " + tier.name() + ": " + tier.instead() + " instead"));
    }

    private static GatewayException refused(String words) {
        return new GatewayException(new Failure.BadRequest(403, words, "model", "tier_not_allowed"));
    }

    /** Past the mark of a budget its calls go to those that cost nothing, or where the budget says. */
    private Course spared(Caller caller, Course course, Function<String, Chain> chains) {
        Instant now = clock.instant();
        List<Hop> cheap = new ArrayList<>();
        Optional<Limit> saving = Optional.empty();
        for (Hop hop : course.chain().hops()) {
            Optional<Limit> limit = isFree(hop)
                    ? Optional.empty()
                    : treasury.budgets().saving(new Spender(caller, hop.provider(), hop.model()), now);
            if (limit.isEmpty()) {
                cheap.add(hop);
            }
            saving = saving.or(() -> limit);
        }
        if (saving.isEmpty()) {
            return course;
        }
        Thrift thrift = saving.get().thrift().orElseThrow();
        String why = "limit of " + saving.get().title() + " past " + thrift.from() + "%";
        if (!cheap.isEmpty()) {
            return new Course(new Chain(cheap, course.chain().order()), Optional.of(why));
        }
        if (thrift.route().isEmpty()) {
            return course;
        }
        Chain cheaper = cheaper(caller, thrift.route(), chains);
        return cheaper.hops().isEmpty()
                ? course
                : new Course(cheaper, Optional.of(why + ": " + thrift.route() + " instead"));
    }

    private boolean isFree(Hop hop) {
        return config(hop).filter(ProviderConfig::free).isPresent();
    }

    private boolean isLocal(Hop hop) {
        return config(hop).filter(ProviderConfig::isOwn).isPresent();
    }

    private Optional<ProviderConfig> config(Hop hop) {
        return fleet.find(hop.provider()).map(Provider::config);
    }

    private static Chain only(Chain chain, Predicate<Hop> which) {
        return new Chain(chain.hops().stream().filter(which).toList(), chain.order());
    }
}
