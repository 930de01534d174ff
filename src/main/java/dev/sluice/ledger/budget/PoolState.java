package dev.sluice.ledger.budget;

/**
 * How it stands with the pool.
 *
 * @param reachable whether its last answer came; true also before it was first asked
 * @param opening whether it leases nothing yet
 * @param waiting how many calls wait for a lease
 * @param losses how often it could not be reached any more
 */
public record PoolState(boolean reachable, boolean opening, int waiting, long losses) {}
