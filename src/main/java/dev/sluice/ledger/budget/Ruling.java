package dev.sluice.ledger.budget;

import java.time.Instant;

/** Whether something may be done. */
public sealed interface Ruling {

    /** It is held in every account that it concerns. */
    record Held() implements Ruling {}

    /**
     * It does not fit, and nothing is held anywhere. Of several limits that do not take it, the tightest.
     *
     * @param account whose
     * @param free what is left
     * @param held what others hold there just now and may give back
     * @param until when the next window begins; {@link Instant#MAX} for never
     */
    record Insufficient(Limit limit, String account, long free, long held, Instant until) implements Ruling {}

    /**
     * It does not fit what this gateway has leased, and the pool is being asked for more: ask again shortly under the same
     * name, or release that name.
     */
    record Asked(Limit limit) implements Ruling {}

    /** It does not fit what this gateway has leased, and the pool cannot be asked for more. */
    record Unreachable(Limit limit) implements Ruling {}

    /** A hard limit with an account for each name has no room for one more of the caller's tenant, or of its key without one. */
    record Crowded(Limit limit) implements Ruling {}

    /**
     * A clock was put back into a window that a hard limit has forgotten, and what was used in it is being looked up: ask
     * again shortly.
     */
    record Forgotten(Limit limit) implements Ruling {}

    /** A hard limit of money concerns it, and nobody knows what it can cost. */
    record Unbounded(Limit limit) implements Ruling {}
}
