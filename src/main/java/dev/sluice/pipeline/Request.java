package dev.sluice.pipeline;

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
        Instant arrivedAt,
        long arrivedNanos,
        long deadlineNanos) {

    /** The same call asking for something else: a part of it. */
    Request with(Inbound other) {
        return new Request(id, other, front, caller, maxCost, idempotencyKey, arrivedAt, arrivedNanos, deadlineNanos);
    }
}
