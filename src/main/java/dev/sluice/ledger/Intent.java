package dev.sluice.ledger;

import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import java.time.Instant;
import java.util.Optional;

/**
 * One attempt about to be made: what must be known even if the machine dies right after.
 *
 * @param attemptId unique for ever; at most 40 ASCII characters
 * @param requestId the client's request, the {@code x-request-id} of its answer; shared by all attempts of the request
 * @param number 1 for the request's first attempt
 * @param at when the attempt was decided
 * @param askedModel the model's name as the client wrote it
 * @param model the model's name at the provider
 * @param bound the most this attempt may cost; empty where no price is known
 * @param priceVersion names the price row that holds for this attempt; "" where none does
 * @param decision why this provider, in a few words
 */
public record Intent(
        String attemptId,
        String requestId,
        int number,
        Instant at,
        Caller caller,
        Operation operation,
        String askedModel,
        String provider,
        String model,
        boolean stream,
        Optional<Money> bound,
        String priceVersion,
        String decision) {}
