package dev.sluice.account;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a group of callers may ask for. How much of it stands in the limits that are made from the same settings.
 *
 * @param models names as clients write them, {@code *} for any run of characters; empty for all
 * @param instead the model name that is asked where a call's own chain leaves no allowed route; "" to refuse such a call
 */
public record Tier(String name, Routes routes, List<String> models, String instead) {

    /** Which kinds of providers may be asked. */
    public enum Routes {
        /** The user's own servers only. */
        LOCAL,
        /** Own servers and the cloud, whichever is good enough. */
        HYBRID,
        /** The cloud too, without being spared. */
        CLOUD;

        /** Reads {@code local}, {@code hybrid} or {@code cloud}. */
        public static Routes of(String word) {
            return Arrays.stream(values())
                    .filter(routes -> routes.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("must be local, hybrid or cloud, not '" + word + "'"));
        }
    }

    public Tier {
        models = List.copyOf(models);
    }

    /** @param model as the client wrote it */
    public boolean allows(String model) {
        return models.isEmpty() || models.stream().anyMatch(pattern -> ModelPattern.matches(pattern, model));
    }
}
