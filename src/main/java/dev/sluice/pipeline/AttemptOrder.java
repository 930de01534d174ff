package dev.sluice.pipeline;

import dev.sluice.limit.Breaker;
import dev.sluice.provider.Provider;
import dev.sluice.routing.Hop;

/**
 * Who is asked in one attempt of a call, and why.
 *
 * @param number 1 for the call's first attempt
 * @param decision for the ledger, such as {@code 2 of 3 after connect}
 */
record AttemptOrder(Provider provider, Hop hop, Breaker.Permit permit, int number, String decision, Call call) {

    /** The attempt, which has the permit from then on. */
    Attempt attempt(Exchange exchange, Parts parts) {
        try {
            return new Attempt(exchange, parts, this);
        } catch (RuntimeException unmade) {
            permit.released();
            throw unmade;
        }
    }
}
