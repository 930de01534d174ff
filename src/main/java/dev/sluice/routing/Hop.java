package dev.sluice.routing;

import dev.sluice.model.Thinking;
import java.util.Optional;

/**
 * One link of a chain: a model at a provider.
 *
 * @param thinking what a retired name implies; {@link Thinking#DEFAULT} where it implies nothing
 */
public record Hop(String provider, String model, Thinking thinking) {
    public Hop(String provider, String model) {
        this(provider, model, Thinking.DEFAULT);
    }

    /** Reads {@code provider/model}; empty where it is not written like that. A model's name may have slashes itself. */
    public static Optional<Hop> parse(String text) {
        int slash = text.indexOf('/');
        return slash <= 0 || slash == text.length() - 1
                ? Optional.empty()
                : Optional.of(new Hop(text.substring(0, slash), text.substring(slash + 1)));
    }
}
