package dev.sluice.dialect;

import dev.sluice.model.Dialect;
import dev.sluice.model.Thinking;
import java.util.OptionalLong;

/**
 * Where one attempt goes, as far as its bytes depend on it.
 *
 * @param provider the provider's name, for headers and logs
 * @param model the model's name at that provider
 * @param contextLimit the model's window in tokens; 0 where unknown
 * @param thinking what a retired model name implies about thinking, unless the request says otherwise itself; {@link
 *     Thinking#DEFAULT} where it implies nothing
 * @param outputCap a limit on output tokens to be enforced, where one is
 */
public record Target(
        String provider,
        Dialect dialect,
        String model,
        Profile profile,
        long contextLimit,
        Thinking thinking,
        OptionalLong outputCap) {

    /** The same target with this limit on output tokens, or its own where that is lower. */
    public Target cappedAt(long tokens) {
        return new Target(
                provider,
                dialect,
                model,
                profile,
                contextLimit,
                thinking,
                OptionalLong.of(Math.min(tokens, outputCap.orElse(tokens))));
    }

    /** A target whose name implies nothing about thinking. */
    public Target(
            String provider,
            Dialect dialect,
            String model,
            Profile profile,
            long contextLimit,
            OptionalLong outputCap) {
        this(provider, dialect, model, profile, contextLimit, Thinking.DEFAULT, outputCap);
    }
}
