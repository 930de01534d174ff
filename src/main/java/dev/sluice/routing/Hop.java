package dev.sluice.routing;

import dev.sluice.model.Thinking;

/**
 * One link of a chain: a model at a provider.
 *
 * @param thinking what a retired name implies; {@link Thinking#DEFAULT} where it implies nothing
 */
public record Hop(String provider, String model, Thinking thinking) {
    public Hop(String provider, String model) {
        this(provider, model, Thinking.DEFAULT);
    }
}
