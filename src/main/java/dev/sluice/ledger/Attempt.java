package dev.sluice.ledger;

import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import java.time.Instant;
import java.util.Optional;

/** One attempt from its intent to its end: what the archive keeps. */
public record Attempt(Intent intent, Outcome outcome) {

    public Attempt {
        if (!intent.attemptId().equals(outcome.attemptId())) {
            throw new IllegalArgumentException("an outcome belongs to the attempt of its own id");
        }
    }

    /** What is known of an attempt whose end nobody saw: it may cost its bound. */
    public static Attempt inDoubt(Intent intent, Instant at, String how) {
        Cost cost = intent.bound().<Cost>map(Cost.Priced::new).orElseGet(Cost.Unpriced::new);
        Outcome outcome = new Outcome(
                intent.attemptId(),
                Outcome.State.IN_DOUBT,
                at,
                Optional.empty(),
                cost,
                0,
                how,
                "",
                "",
                Savings.NONE,
                0,
                0,
                0);
        return new Attempt(intent, outcome);
    }
}
