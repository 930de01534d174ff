package dev.sluice.pipeline;

import dev.sluice.ledger.price.Baseline;
import dev.sluice.pipeline.money.Price;
import dev.sluice.pipeline.money.SpendingRules;
import dev.sluice.provider.Provider;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import java.util.Optional;

/**
 * What a call is compared with to tell what routing has saved; the same for all its attempts.
 *
 * @param hop empty where there is nobody to compare with
 * @param name of the hop; "" where there is none
 * @param countsPrompt false where another part of the same call counts the prompt
 */
record Yardstick(Optional<Hop> hop, String name, boolean countsPrompt) {

    /**
     * What the settings name, otherwise whoever would be asked if nothing but the settings' own order counted.
     *
     * @param asked what the client's name for the model means, before any limit has turned the call elsewhere
     */
    static Yardstick of(SpendingRules rules, Chain asked) {
        Optional<Hop> hop = rules.baseline().or(() -> asked.hops().stream().findFirst());
        return new Yardstick(
                hop, hop.map(at -> at.provider() + "/" + at.model()).orElse(""), true);
    }

    /** For a further answer to the same prompt, where a server gives one at a time only. */
    Yardstick withoutPrompt() {
        return new Yardstick(hop, name, false);
    }

    /** The baseline of an attempt at {@code own}, at the moment of its price. In memory, less than a microsecond. */
    Optional<Baseline> baseline(Parts parts, Hop own, Price price) {
        return hop.map(at -> {
            boolean isItself =
                    at.provider().equals(own.provider()) && at.model().equals(own.model());
            return new Baseline(
                    name, isItself ? price.tariff() : price(parts, at, price).tariff(), isItself, countsPrompt);
        });
    }

    private static Price price(Parts parts, Hop at, Price own) {
        Optional<Provider> provider = parts.fleet().find(at.provider());
        return provider.isPresent()
                ? parts.prices().at(provider.get().config(), at.model(), own.when())
                : parts.prices().ofSeller(at.provider(), at.model(), own.when());
    }
}
