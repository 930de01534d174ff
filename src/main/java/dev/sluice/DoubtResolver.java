package dev.sluice;

import dev.sluice.ledger.Attempt;
import dev.sluice.model.Money;
import dev.sluice.pipeline.Doubts;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Inquiry;
import java.util.Optional;

/** Whom to ask what an attempt in doubt has cost. */
final class DoubtResolver {
    private DoubtResolver() {}

    /** Asks the provider of each attempt, where it is one that tells. */
    static Doubts.Lookup lookup(Fleet fleet, Inquiry inquiry) {
        return attempt -> charged(attempt, fleet, inquiry);
    }

    private static Optional<Money> charged(Attempt attempt, Fleet fleet, Inquiry inquiry) {
        return fleet.find(attempt.intent().provider())
                .flatMap(provider ->
                        inquiry.charged(provider.config(), attempt.outcome().receipt()))
                .map(Money::ofDollars);
    }
}
