package dev.sluice.provider;

import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Target;
import dev.sluice.limit.ConcurrencyLimit;
import dev.sluice.model.Thinking;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** One provider at run time: its settings, its places and its standing. Thread-safe; made once and kept. */
public record Provider(ProviderConfig config, ConcurrencyLimit places, Standing standing) {

    public String name() {
        return config.name();
    }

    /** Where an attempt at one of its models goes; {@code thinking} is what the client's name for it implies. */
    public Target target(String model, Thinking thinking) {
        Kind kind = config.kind();
        return new Target(
                name(),
                kind.dialect(),
                model,
                profile(kind, model),
                config.contextLimits().getOrDefault(model, 0L),
                thinking,
                config.outputCap());
    }

    private static Profile profile(Kind kind, String model) {
        Profile profile = kind.profile();
        for (Map.Entry<String, Set<String>> drops : kind.modelDrops().entrySet()) {
            if (model.startsWith(drops.getKey())) {
                Set<String> dropped = new HashSet<>(profile.dropped());
                dropped.addAll(drops.getValue());
                return new Profile(
                        profile.thinking(),
                        profile.schemas(),
                        profile.openFields(),
                        profile.completionCap(),
                        profile.extendedSampling(),
                        dropped,
                        profile.greedyOnce(),
                        profile.ollamaDefaults());
            }
        }
        return profile;
    }
}
