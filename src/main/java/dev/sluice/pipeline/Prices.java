package dev.sluice.pipeline;

import dev.sluice.provider.ProviderConfig;
import java.time.Instant;

/** Looks prices up. Thread-safe, in memory, microseconds. */
@FunctionalInterface
public interface Prices {
    Price at(ProviderConfig provider, String model, Instant when);
}
