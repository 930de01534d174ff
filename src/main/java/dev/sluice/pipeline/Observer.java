package dev.sluice.pipeline;

import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;

/** Sees every attempt and every request end: meters and the access log. Called on the call's loop; must not block. */
public interface Observer {

    void attemptEnded(Intent intent, Outcome outcome);

    /**
     * @param status what the client was told; 499 where it left
     * @param provider who answered; "" where nobody did
     * @param failure the failure's kind in lower case; "" where all went well
     */
    void requestEnded(
            Request request,
            int status,
            String provider,
            String model,
            Cost cost,
            int attempts,
            String failure,
            long nanos);
}
