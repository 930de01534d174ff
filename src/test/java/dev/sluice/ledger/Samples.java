package dev.sluice.ledger;

import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.Usage;
import java.time.Instant;
import java.util.Optional;

/** Attempts as tests need them. */
public final class Samples {
    public static final Instant NOON = Instant.parse("2026-11-16T12:00:00.000000001Z");

    private Samples() {}

    public static Intent intent(String id) {
        return intent(id, NOON, "deepseek", "nightly");
    }

    public static Intent intent(String id, Instant at, String provider, String job) {
        return new Intent(
                id,
                "request-" + id,
                1,
                at,
                new Caller("alice", "acme", "", "kim", "premium", "", job, "run-7"),
                Operation.CHAT,
                "cheap",
                provider,
                "deepseek-flash",
                true,
                Optional.of(new Money(1_000)),
                "2026-11-15/1a2b3c4d",
                "cheapest");
    }

    public static Outcome settled(String id, long nanos) {
        return outcome(id, Outcome.State.SETTLED, Optional.of(Usage.of(100, 20)), new Cost.Priced(new Money(nanos)));
    }

    public static Outcome outcome(String id, Outcome.State state, Optional<Usage> usage, Cost cost) {
        return new Outcome(
                id,
                state,
                NOON.plusSeconds(2),
                usage,
                cost,
                200,
                "ok",
                "deepseek-v4.1",
                "gen-1",
                Savings.NONE,
                1_000,
                2_000_000,
                2_000_000_000L);
    }

    /** A resolution at a price, {@code seconds} after the attempt's end. */
    public static Amendment amendment(String attemptId, String id, int seconds, long nanos) {
        return new Amendment(
                attemptId,
                id,
                NOON.plusSeconds(2L + seconds),
                Outcome.State.SETTLED,
                new Cost.Priced(new Money(nanos)),
                Optional.empty(),
                "2026-11-15/1a2b3c4d",
                "provider lookup");
    }

    public static Attempt attempt(String id, long nanos) {
        return new Attempt(intent(id), settled(id, nanos));
    }
}
