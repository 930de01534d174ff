package dev.sluice.provider;

import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Profile.ThinkingStyle;
import dev.sluice.dialect.Target;
import dev.sluice.dialect.ThinkingAbility;
import dev.sluice.limit.ConcurrencyLimit;
import dev.sluice.model.Thinking;
import java.util.Map;
import java.util.Set;

/** One provider at run time: its settings, its places and its standing. Thread-safe; made once and kept. */
public final class Provider {
    private final ProviderConfig config;
    private final ConcurrencyLimit places;
    private final Standing standing;
    private volatile Map<String, Long> windowsFound = Map.of();

    Provider(ProviderConfig config, ConcurrencyLimit places, Standing standing) {
        this.config = config;
        this.places = places;
        this.standing = standing;
    }

    public ProviderConfig config() {
        return config;
    }

    public ConcurrencyLimit places() {
        return places;
    }

    public Standing standing() {
        return standing;
    }

    public String name() {
        return config.name();
    }

    /** The windows that the server itself tells of; the settings' own count first. */
    public void windowsFound(Map<String, Long> windows) {
        windowsFound = Map.copyOf(windows);
    }

    /** Where an attempt at one of its models goes; {@code thinking} is what the client's name for it implies. */
    public Target target(String model, Thinking thinking) {
        Kind kind = config.kind();
        Long set = config.contextLimits().get(model);
        return new Target(
                name(),
                kind.dialect(),
                model,
                profile(model),
                set == null ? windowsFound.getOrDefault(model, 0L) : set,
                thinking,
                config.outputCap());
    }

    private Profile profile(String model) {
        Profile profile = config.kind().profile();
        ThinkingAbility ability = config.thinking().getOrDefault(model, ThinkingAbility.UNKNOWN);
        for (Map.Entry<String, Kind.ModelRule> rule : config.kind().models().entrySet()) {
            if (model.startsWith(rule.getKey())) {
                return profile.with(
                        rule.getValue().alwaysThinks() ? ThinkingStyle.EFFORT_FROM_LOW : profile.thinking(),
                        rule.getValue().drops(),
                        ability);
            }
        }
        return ability == ThinkingAbility.UNKNOWN ? profile : profile.with(profile.thinking(), Set.of(), ability);
    }
}
