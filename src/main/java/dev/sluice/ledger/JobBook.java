package dev.sluice.ledger;

import dev.sluice.model.Money;
import java.time.Instant;
import java.util.List;

/** What the ledger knows of a job's runs. A run belongs to the moment of its first attempt. */
public interface JobBook {

    /**
     * One run.
     *
     * @param requests calls, each with one attempt or more
     * @param throttled attempts that a provider answered with 429
     * @param unpriced settled or in doubt without a known price: the true cost is more
     * @param cost of the settled attempts
     * @param reserved the bounds of those in doubt
     */
    record RunCost(
            String run,
            Instant first,
            Instant last,
            long requests,
            long attempts,
            long throttled,
            long inDoubt,
            long unpriced,
            Money cost,
            Money reserved,
            long inputTokens,
            long cachedTokens,
            long outputTokens) {}

    /** The job's runs with attempts from {@code from}, included, to {@code to}, not included; the oldest first. */
    List<RunCost> runs(String job, Instant from, Instant to);
}
