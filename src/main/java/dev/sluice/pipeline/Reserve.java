package dev.sluice.pipeline;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Target;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Need;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Money;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.money.Ceiling;
import dev.sluice.pipeline.money.Price;
import dev.sluice.pipeline.money.Worst;
import dev.sluice.provider.Provider;
import dev.sluice.routing.Hop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a call that is made into several holds for all of them in one step at the provider that is asked first, so that
 * none is bought where the others cannot be. Each part then takes its own out of it. Lives on one loop.
 */
final class Reserve {
    private final Parts parts;
    private final Call call;
    private final Budgets budgets;
    private final String id;
    private final List<Asked> asked = new ArrayList<>();
    private final Price price;
    private final Purse purse;
    private Target target;

    /** One part as it would be sent. */
    private record Asked(Worst worst, long prompt) {}

    private Reserve(Parts parts, Call call, Provider provider, Hop hop) {
        this.parts = parts;
        this.call = call;
        this.budgets = parts.treasury().budgets();
        this.id = call.request().id() + "-parts";
        this.target = provider.target(hop.model(), hop.thinking());
        this.price =
                parts.prices().at(provider.config(), hop.model(), parts.clock().instant());
        this.purse = new Purse(parts.treasury(), call.request(), target, Optional.empty());
        purse.capFor(call.request().inbound().outputCap(), call.attempts().ceiling(), price.isFree())
                .ifPresent(this::shorten);
    }

    private boolean isNeeded() {
        boolean free = price.isFree();
        return (!free && call.attempts().ceiling().isSet()) || purse.isLimited(free);
    }

    private void shorten(long tokens) {
        target = target.cappedAt(tokens);
    }

    private Reserve with(List<Portion> portions) {
        for (Portion part : portions) {
            Request request = call.request().with(part.inbound());
            Outbound outbound = new Bridge(parts.dialects(), request).outbound(target);
            Worst worst = new Worst(part.inbound(), target, price);
            asked.add(new Asked(worst, worst.prompt(outbound)));
        }
        return this;
    }

    /**
     * For the hop that is asked first; empty where nothing limits the call, and where the parts cannot be written for it,
     * which each then finds by itself.
     */
    static Optional<Reserve> of(Parts parts, Call call, List<Portion> portions) {
        Hop hop = call.plan().hops().getFirst();
        try {
            return parts.fleet()
                    .find(hop.provider())
                    .map(provider -> new Reserve(parts, call, provider, hop))
                    .filter(Reserve::isNeeded)
                    .map(reserve -> reserve.with(portions));
        } catch (GatewayException untranslatable) {
            return Optional.empty();
        }
    }

    /** Tries to hold all of it, with shorter answers where need be. */
    Purse.Step.Plain hold(long nowNanos) {
        long cap = asked.getFirst().worst.cap();
        Ceiling ceiling = call.attempts().ceiling();
        if (ceiling.isSet() && !price.isFree()) {
            Optional<Failure> tooDear = ceiling.refusal(bound(cap), target.model());
            if (tooDear.isPresent()) {
                return new Purse.Step.Refuse(tooDear.get(), Optional.empty());
            }
        }
        return switch (purse.hold(id, need(cap), this::need, cap, parts.clock().instant(), nowNanos)) {
            case Purse.Step.Plain step -> step;
            case Purse.Step.Shorten(long tokens) -> shortened(tokens, nowNanos);
        };
    }

    private Purse.Step.Plain shortened(long tokens, long nowNanos) {
        shorten(tokens);
        asked.replaceAll(part -> new Asked(new Worst(part.worst.inbound(), target, price), part.prompt));
        return hold(nowNanos);
    }

    private Need need(long cap) {
        return asked.stream()
                .map(part -> part.worst.need(part.prompt, cap))
                .reduce(Need::plus)
                .orElseThrow();
    }

    private Optional<Money> bound(long cap) {
        Optional<Money> sum = Optional.of(Money.ZERO);
        for (Asked part : asked) {
            Optional<Money> one = part.worst.bound(part.prompt, cap);
            sum = sum.flatMap(before -> one.map(before::plusBound));
        }
        return sum;
    }

    /** For one part, which may take its own once: what a second try needs was given back by the first. */
    Share share() {
        return new Share();
    }

    /** One part's right to what is held. */
    final class Share {
        private boolean taken;

        private Share() {}

        /** @return false where it must hold for itself: it is asked of somebody else, or more is needed than was thought */
        boolean take(String attemptId, Spender spender, Need need) {
            boolean first = !taken;
            taken = true;
            return first && budgets.draw(id, attemptId, spender, need);
        }

        /** How long its answer may be, so that those of all parts fit; empty where nobody had to say. */
        Optional<Long> cap() {
            return target.outputCap().isPresent()
                    ? Optional.of(target.outputCap().getAsLong())
                    : Optional.empty();
        }
    }

    /** Gives back what no part has taken. */
    void release() {
        budgets.release(id);
    }
}
