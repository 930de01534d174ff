package dev.sluice.ledger.book;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.util.Collection;
import java.util.Optional;

/** Where an attempt stands once all that was said about it later is taken into account. */
public record Standing(Outcome.State state, Cost cost, Optional<Usage> usage, String priceVersion) {

    /** As the attempt itself ended. */
    public static Standing of(Attempt attempt) {
        Outcome outcome = attempt.outcome();
        return new Standing(
                outcome.state(),
                outcome.cost(),
                outcome.usage(),
                attempt.intent().priceVersion());
    }

    /** @param amendments of this attempt, in any order */
    public static Standing of(Attempt attempt, Collection<Amendment> amendments) {
        return amendments.stream()
                .max(Amendment.BY_AGE)
                .map(youngest -> new Standing(
                        youngest.state(),
                        youngest.cost(),
                        youngest.usage().or(() -> attempt.outcome().usage()),
                        youngest.priceVersion()))
                .orElseGet(() -> of(attempt));
    }

    /** The attempt as if it had ended like this; its prices stay those of its intent. */
    public Attempt applied(Attempt attempt) {
        Outcome ended = attempt.outcome();
        return new Attempt(
                attempt.intent(),
                new Outcome(
                        ended.attemptId(),
                        state,
                        ended.at(),
                        usage,
                        cost,
                        ended.status(),
                        ended.how(),
                        ended.answeredBy(),
                        ended.receipt(),
                        ended.savings(),
                        ended.sentNanos(),
                        ended.firstContentNanos(),
                        ended.totalNanos()));
    }

    /** What is charged; nothing where the attempt was voided, is in doubt or has no price. */
    public Money charged() {
        return state == Outcome.State.SETTLED && cost instanceof Cost.Priced(Money amount) ? amount : Money.ZERO;
    }

    /** What may still be charged at most; nothing once that is known. */
    public Money doubtful(Attempt attempt) {
        return state == Outcome.State.IN_DOUBT ? attempt.intent().bound().orElse(Money.ZERO) : Money.ZERO;
    }

    /**
     * What routing has saved; empty where nobody knows, because there was no baseline with a price or because it is not
     * known yet what the attempt costs. An amended cost changes the saving by as much.
     */
    public Optional<Money> routing(Attempt attempt) {
        Savings booked = attempt.outcome().savings();
        if (booked.baseline().isEmpty() || state == Outcome.State.IN_DOUBT || isUnpriced()) {
            return Optional.empty();
        }
        long dearer =
                Figures.difference(charged().nanos(), of(attempt).charged().nanos());
        return Optional.of(new Money(Figures.difference(booked.routing().nanos(), dearer)));
    }

    /** Whether it is, or may be, charged at a price that nobody knows. */
    public boolean isUnpriced() {
        return state != Outcome.State.VOIDED && cost instanceof Cost.Unpriced;
    }
}
