package dev.sluice.settings;

import dev.sluice.config.Nearest;
import dev.sluice.ledger.price.PriceRow;
import dev.sluice.model.Operation;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import dev.sluice.routing.ModelMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Who answers a model's name that the settings mention, as far as can be known before any server has been asked.
 *
 * @param providers as written, also those that are left out for want of a key
 * @param prices looked at only where nothing else knows the name
 */
record Answerers(Settings.Offer offer, List<String> providers, Supplier<List<PriceRow>> prices) {

    /** Whether anybody may answer it. What servers of one's own have is known later, and benefits from the doubt. */
    boolean mayKnow(String model) {
        return Hop.parse(model)
                        .filter(hop -> providers.contains(hop.provider()))
                        .isPresent()
                || !offer.keyless().isEmpty()
                || offer.providers().stream().anyMatch(provider -> ModelMaps.lists(provider.kind()))
                || isFound(model, List.of())
                || isFound(model, prices.get());
    }

    /** Whether a server of one's own may. A name that stands nowhere here may still be that of a model which one has. */
    boolean mayAnswerAtHome(String model) {
        Set<String> own = offer.providers().stream()
                .filter(ProviderConfig::isOwn)
                .map(ProviderConfig::name)
                .collect(Collectors.toSet());
        List<Hop> hops = Optional.ofNullable(offer.chains().get(model))
                .map(Chain::hops)
                .orElseGet(() -> Hop.parse(model).filter(hop -> providers.contains(hop.provider())).stream()
                        .toList());
        return hops.isEmpty() || hops.stream().map(Hop::provider).anyMatch(own::contains);
    }

    /** In one mode of the backend at least: it may be switched while the gateway runs. */
    private boolean isFound(String model, List<PriceRow> rows) {
        ModelMap map = new ModelMaps(offer, rows).newest();
        return Arrays.stream(BackendMode.values())
                .map(mode -> map.resolve(model, Operation.CHAT, mode))
                .anyMatch(ModelMap.Resolution.Found.class::isInstance);
    }

    /** The name that was probably meant; "" where none is near. */
    String nearest(String model) {
        List<String> names = new ArrayList<>(offer.chains().keySet());
        names.addAll(
                new ModelMaps(offer, prices.get()).newest().cloudCatalogue().keySet());
        return Hop.parse(model)
                .map(hop -> new Hop(Nearest.to(hop.provider(), providers), hop.model()))
                .filter(hop -> !hop.provider().isEmpty())
                .map(hop -> hop.provider() + "/" + hop.model())
                .orElseGet(() -> Nearest.to(model, names));
    }
}
