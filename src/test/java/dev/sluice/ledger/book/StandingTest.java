package dev.sluice.ledger.book;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What routing has saved, as amendments change what an attempt costs. */
class StandingTest {
    private static Attempt attempt(Outcome.State state, Cost cost, String baseline, long routing) {
        Outcome plain = Samples.outcome("a", state, Optional.of(Usage.of(10, 1)), cost);
        Outcome outcome = new Outcome(
                "a",
                state,
                plain.at(),
                plain.usage(),
                cost,
                200,
                "ok",
                "",
                "",
                new Savings(Money.ZERO, Money.ZERO, new Money(routing), baseline),
                1,
                2,
                3);
        return new Attempt(Samples.intent("a"), outcome);
    }

    private static Cost priced(long nanos) {
        return new Cost.Priced(new Money(nanos));
    }

    private static List<Transfer> savings(List<Transfer> transfers) {
        return transfers.stream()
                .filter(transfer -> transfer.kind() == Transfer.Kind.SAVE)
                .toList();
    }

    @Test
    void aDearerPriceSavesAsMuchLess() {
        Attempt attempt = attempt(Outcome.State.SETTLED, priced(100), "openai/gpt", 40);
        Amendment dearer = Samples.amendment("a", "bill", 9, 150);
        Standing before = Standing.of(attempt);
        Standing after = Standing.of(attempt, List.of(dearer));
        assertThat(before.routing(attempt)).contains(new Money(40));
        assertThat(after.routing(attempt)).contains(new Money(-10));
        assertThat(savings(Posting.amended(attempt, before, after)))
                .containsExactly(new Transfer(Transfer.Kind.SAVE, "memo/savings", "saved/routing", new Money(50)));
    }

    @Test
    void whatIsInDoubtHasSavedAnUnknownAmountUntilItIsResolved() {
        Attempt attempt = attempt(Outcome.State.IN_DOUBT, priced(1000), "openai/gpt", 0);
        Standing before = Standing.of(attempt);
        Standing after = Standing.of(attempt, List.of(Samples.amendment("a", "resolved", 9, 400)));
        assertThat(before.routing(attempt)).isEmpty();
        assertThat(after.routing(attempt)).contains(new Money(-400));
        assertThat(savings(Posting.of(attempt))).isEmpty();
        assertThat(savings(Posting.amended(attempt, before, after)))
                .containsExactly(new Transfer(Transfer.Kind.SAVE, "memo/savings", "saved/routing", new Money(400)));
        assertThat(Figures.of(attempt, before).get(Figure.MEASURED)).isZero();
        assertThat(Figures.of(attempt, after).get(Figure.MEASURED)).isEqualTo(1);
    }

    @Test
    void withoutABaselineOrAPriceNothingIsSaidOfIt() {
        Attempt bare = attempt(Outcome.State.SETTLED, priced(100), "", 0);
        Attempt unpriced = attempt(Outcome.State.SETTLED, new Cost.Unpriced(), "openai/gpt", 900);
        assertThat(Standing.of(bare).routing(bare)).isEmpty();
        assertThat(Standing.of(unpriced).routing(unpriced)).isEmpty();
        assertThat(Posting.of(unpriced)).isEmpty();
        Standing priced = Standing.of(unpriced, List.of(Samples.amendment("a", "price", 9, 300)));
        assertThat(priced.routing(unpriced)).contains(new Money(600));
    }
}
