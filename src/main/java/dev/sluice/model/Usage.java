package dev.sluice.model;

import java.util.Optional;

/**
 * What one attempt consumed, in tokens.
 *
 * @param input the whole prompt, cached parts included
 * @param cacheRead the part of {@code input} that the provider read from its prompt cache
 * @param cacheWrite the part of {@code input} that the provider wrote into its prompt cache
 * @param output everything generated, reasoning included
 * @param reasoning the part of {@code output} that was thinking
 * @param estimated true where the provider reported nothing and the counts are ours
 * @param charged the amount the provider itself says it charged, where it says so
 */
public record Usage(
        long input,
        long cacheRead,
        long cacheWrite,
        long output,
        long reasoning,
        boolean estimated,
        Optional<Money> charged) {

    /** Ten times the largest window there is: what a server counts beyond it in one call is a slip or a lie. */
    public static final long MOST_REPORTED = 100_000_000;

    public Usage {
        if (input < 0 || output < 0 || cacheRead < 0 || cacheWrite < 0 || reasoning < 0) {
            throw new IllegalArgumentException("tokens must not be negative");
        }
        if (charged.filter(amount -> amount.nanos() < 0).isPresent()) {
            throw new IllegalArgumentException("a charge must not be negative: it would lower a sum");
        }
        if (cacheRead + cacheWrite > input) {
            throw new IllegalArgumentException("cached tokens are a part of the input tokens");
        }
        if (reasoning > output) {
            throw new IllegalArgumentException("reasoning tokens are a part of the output tokens");
        }
    }

    /** Reported counts without cache, reasoning or charge. */
    public static Usage of(long input, long output) {
        return new Usage(input, 0, 0, output, 0, false, Optional.empty());
    }

    /** Counts of our own, where the provider reported none. */
    public static Usage estimate(long input, long output) {
        return new Usage(input, 0, 0, output, 0, true, Optional.empty());
    }

    /**
     * What has probably been consumed where this count came before the end, marked as estimated. The prompt is all there from
     * the first word on, so its count holds. An amount that came with it is not all that is charged.
     *
     * @param estimate of what has come
     * @param mostOutput what an earlier count said
     */
    public Usage outrun(Usage estimate, long mostOutput) {
        return new Usage(
                input == 0 ? estimate.input : input,
                cacheRead,
                cacheWrite,
                Math.max(Math.max(output, mostOutput), estimate.output),
                reasoning,
                true,
                Optional.empty());
    }

    /** Whether it says that nothing at all was used, and beside it no amount or one of 0. */
    public boolean isNothing() {
        return input == 0
                && output == 0
                && charged.filter(amount -> amount.nanos() != 0).isEmpty();
    }

    /** Input tokens that were neither read from nor written to the provider's cache. */
    public long freshInput() {
        return input - cacheRead - cacheWrite;
    }
}
