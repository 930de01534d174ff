package dev.sluice.pipeline.client;

import dev.sluice.dialect.Front;
import dev.sluice.dialect.Inbound;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import java.time.Instant;
import java.util.Optional;

/**
 * One client's call: what stays the same on its whole way.
 *
 * @param id the {@code x-request-id} of its answer
 * @param maxCost what the client lets all attempts together cost at most; empty where it did not say
 * @param idempotencyKey under which the client may repeat the call and get the same answer; empty where it sent none
 * @param blankLines whether its client may be shown that it is being worked on, before a whole answer is there
 * @param arrivedNanos on the ticker
 * @param deadlineNanos on the ticker
 */
public record Request(
        String id,
        Inbound inbound,
        Front front,
        Caller caller,
        Optional<Money> maxCost,
        Optional<String> idempotencyKey,
        boolean blankLines,
        Instant arrivedAt,
        long arrivedNanos,
        long deadlineNanos) {

    /** The same call asking for something else: a part of it. */
    public Request with(Inbound other) {
        return new Request(
                id, other, front, caller, maxCost, idempotencyKey, blankLines, arrivedAt, arrivedNanos, deadlineNanos);
    }
}
