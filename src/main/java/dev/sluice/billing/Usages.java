package dev.sluice.billing;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import java.time.Instant;
import java.util.Optional;

/** Turns booked attempts into what is billed for. Pure. */
public final class Usages {
    private static final long NANOS_A_MICRO = 1_000;

    private Usages() {}

    /**
     * One thing to bill.
     *
     * @param id the attempt's, unique for ever
     * @param tenant "" where the key has none
     */
    public record Usage(String id, Instant at, String tenant, long value) {}

    /** Empty where there is nothing to bill: not settled, no price known, or nothing counted. */
    public static Optional<Usage> of(Attempt attempt, BillingConfig.Unit unit) {
        if (attempt.outcome().state() != Outcome.State.SETTLED) {
            return Optional.empty();
        }
        long value = switch (unit) {
            case MICRODOLLARS -> micros(attempt.outcome().cost());
            case TOKENS ->
                attempt.outcome()
                        .usage()
                        .map(usage -> usage.input() + usage.output())
                        .orElse(0L);
            case CALLS -> attempt.outcome().how().equals("ok") ? 1 : 0;
        };
        return value <= 0
                ? Optional.empty()
                : Optional.of(new Usage(
                        attempt.intent().attemptId(),
                        attempt.intent().at(),
                        attempt.intent().caller().tenant(),
                        value));
    }

    private static long micros(Cost cost) {
        return switch (cost) {
            case Cost.Priced(Money amount) -> Math.ceilDiv(amount.nanos(), NANOS_A_MICRO);
            case Cost.Free(), Cost.Unpriced() -> 0;
        };
    }
}
