package dev.sluice.pipeline;

import java.time.Duration;

/**
 * What is done where a call's upper bound does not fit its limits.
 *
 * @param patience how long it waits for others to settle, where that could help
 * @param leastOutput to how few tokens its answer's cap may be lowered so that it fits; 0 for never
 * @param usualOutput the cap that is sent upstream where the client gave none and a limit needs one
 */
public record SpendingRules(Duration patience, long leastOutput, long usualOutput) {
    public static final SpendingRules DEFAULT = new SpendingRules(Duration.ofSeconds(2), 1024, 8192);

    public SpendingRules {
        if (leastOutput < 0 || usualOutput < 1) {
            throw new IllegalArgumentException("output tokens must not be negative, and usually at least 1");
        }
    }
}
