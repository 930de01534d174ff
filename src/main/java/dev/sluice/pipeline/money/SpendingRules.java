package dev.sluice.pipeline.money;

import dev.sluice.routing.Hop;
import java.time.Duration;
import java.util.Optional;

/**
 * What is done where a call's upper bound does not fit its limits, and how savings are measured.
 *
 * @param patience how long it waits for others to settle, where that could help
 * @param leastOutput to how few tokens its answer's cap may be lowered so that it fits; 0 for never
 * @param usualOutput the cap that is sent upstream where the client gave none and a limit needs one
 * @param baseline what all calls are compared with; empty for the first of each call's own chain, as it is written
 */
public record SpendingRules(Duration patience, long leastOutput, long usualOutput, Optional<Hop> baseline) {
    public static final SpendingRules DEFAULT = new SpendingRules(Duration.ofSeconds(2), 1024, 8192, Optional.empty());

    /** A lease of a shared limit comes within milliseconds, or after the opening of a store that was started again. */
    private static final Duration LEASE = Duration.ofSeconds(6);

    public SpendingRules {
        if (leastOutput < 0 || usualOutput < 1) {
            throw new IllegalArgumentException("output tokens must not be negative, and usually at least 1");
        }
    }

    /** How long a call waits for a lease of a limit that several gateways share. */
    public Duration patienceForLease() {
        return patience.compareTo(LEASE) > 0 ? patience : LEASE;
    }

    /** The baseline for people, in words that follow "at". */
    public String baselineName() {
        return baseline.map(hop -> hop.provider() + "/" + hop.model())
                .orElse("the provider that the called model's chain names first");
    }
}
