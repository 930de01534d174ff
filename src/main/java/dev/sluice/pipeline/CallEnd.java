package dev.sluice.pipeline;

import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.Request;
import java.util.Optional;

/**
 * How a client's call ended.
 *
 * @param status what the client was told; 499 where it left
 * @param origin who answered, or failed last; empty where nobody was asked
 * @param cost of all attempts together
 * @param attempts how many there were
 * @param failure empty where all went well
 * @param nanos from the call's arrival
 */
record CallEnd(
        Request request,
        int status,
        Optional<Origin> origin,
        Cost cost,
        int attempts,
        Optional<Failure> failure,
        long nanos) {

    /** A model at a provider. */
    record Origin(String provider, String model) {
        static Origin of(Attempt attempt) {
            return new Origin(attempt.provider().name(), attempt.hop().model());
        }
    }

    /** A call as it stands now. */
    static CallEnd of(Call call, int status, Optional<Origin> origin, Optional<Failure> failure, long nowNanos) {
        return new CallEnd(
                call.request(),
                status,
                origin,
                call.attempts().cost(),
                call.attempts().count(),
                failure,
                nowNanos - call.request().arrivedNanos());
    }

    /** A call that was answered without asking anybody. */
    static CallEnd here(Request request, int status, Optional<Failure> failure, long nanos) {
        return new CallEnd(request, status, Optional.empty(), new Cost.Free(), 0, failure, nanos);
    }
}
