package dev.sluice.pipeline;

import java.time.Duration;

/**
 * The bounds of one request.
 *
 * @param attempts the most attempts at all providers together
 * @param deadline the most time until the answer must have begun, where the client names no shorter one
 * @param patience the longest Retry-After that is waited out on the same provider
 * @param place the longest wait for a place at a busy provider
 * @param headersAfter a stream's headers go out after this time even without content, because some clients give up on
 *     silence; from then on heartbeats are sent
 * @param heartbeat between two heartbeats
 * @param blankLinesAfter an answer that is not streamed gets its head after this time, with status 200, and blank lines
 *     as heartbeats; zero for never, so that every status stays true
 */
public record PipelineConfig(
        int attempts,
        Duration deadline,
        Duration patience,
        Duration place,
        Duration headersAfter,
        Duration heartbeat,
        Duration blankLinesAfter) {

    public static final PipelineConfig DEFAULT = new PipelineConfig(
            6,
            Duration.ofMinutes(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(45),
            Duration.ofSeconds(10),
            Duration.ZERO);

    /** The most bytes of lifecycle frames that are held back before the first content. */
    static final int HELD_BACK = 256 * 1024;

    /** The most bytes that are read of a provider's refusal. */
    static final int REFUSAL_BODY = 64 * 1024;

    public PipelineConfig {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1");
        }
        if (!deadline.isPositive() || !heartbeat.isPositive()) {
            throw new IllegalArgumentException("deadline and heartbeat must be more than nothing");
        }
    }
}
