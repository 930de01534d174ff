package dev.sluice.provider;

import dev.sluice.config.Secret;
import dev.sluice.dialect.OwnKeys;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.limit.ConcurrencyLimit;
import dev.sluice.time.Ticker;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All providers set up here, in the order of the settings. Immutable; thread-safe. */
public final class Fleet {
    private final Map<String, Provider> providers = new LinkedHashMap<>();
    private final OwnKeys keys;

    public Fleet(List<ProviderConfig> configs, BreakerConfig breaker, Ticker ticker) {
        for (ProviderConfig config : configs) {
            providers.put(
                    config.name(),
                    new Provider(
                            config,
                            new ConcurrencyLimit(config.concurrency(), config.queue()),
                            new Standing(breaker, ticker)));
        }
        keys = new OwnKeys(configs.stream()
                .flatMap(config -> config.key().stream())
                .map(Secret::reveal)
                .toList());
    }

    /** Empty where no such provider is set up, or not any more: a call under way may still hold its name. */
    public Optional<Provider> find(String name) {
        return Optional.ofNullable(providers.get(name));
    }

    /** All keys, none of which any provider may tell a client. */
    public OwnKeys keys() {
        return keys;
    }

    /** In the order of the settings. */
    public Collection<Provider> all() {
        return providers.values();
    }
}
