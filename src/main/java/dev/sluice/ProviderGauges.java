package dev.sluice;

import dev.sluice.metric.Meters;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Standing;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/** What the metrics tell of each provider as it stands when they are asked. */
final class ProviderGauges {
    private ProviderGauges() {}

    static void add(Meters meters, Fleet fleet) {
        meters.gaugeByProvider(
                "sluice_breaker_state",
                "0 closed, 1 half open, 2 open; the worst model counts.",
                each(fleet, ProviderGauges::breaker));
        meters.gaugeByProvider(
                "sluice_provider_running",
                "Attempts under way.",
                each(fleet, provider -> provider.places().taken()));
        meters.gaugeByProvider(
                "sluice_provider_key_refused",
                "1 where the provider refused our key and is left out for it.",
                each(fleet, provider -> provider.standing().reason() == Standing.Reason.KEY_REFUSED ? 1 : 0));
    }

    private static double breaker(Provider provider) {
        return switch (provider.standing().worstBreaker()) {
            case "open" -> 2;
            case "half_open" -> 1;
            default -> 0;
        };
    }

    private static Map<String, DoubleSupplier> each(Fleet fleet, ToDoubleFunction<Provider> value) {
        Map<String, DoubleSupplier> all = new LinkedHashMap<>();
        fleet.all().forEach(provider -> all.put(provider.name(), () -> value.applyAsDouble(provider)));
        return all;
    }
}
