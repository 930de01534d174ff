package dev.sluice.ledger;

import dev.sluice.model.Money;

/**
 * What one combination of payer and provider has spent in a stretch of time, amendments applied.
 *
 * @param key the name of the client's key
 * @param settled the sum of the costs
 * @param inDoubt the sum of the bounds of attempts that nobody has resolved yet
 * @param calls requests, that is first attempts
 * @param tokens input and output of all attempts
 */
public record Spent(
        String tenant,
        String team,
        String user,
        String key,
        String tier,
        String job,
        String agent,
        String provider,
        String model,
        Money settled,
        Money inDoubt,
        long calls,
        long tokens) {}
