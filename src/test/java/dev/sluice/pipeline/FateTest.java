package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.book.Standing;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FateTest {
    private static Standing attempt(Outcome.State state, Cost cost) {
        return new Standing(state, cost, Optional.empty(), "v");
    }

    private static Cost nanos(long nanos) {
        return new Cost.Priced(new Money(nanos));
    }

    @Test
    void whatNeverAskedForMoneyOrGotItBackIsUncharged() {
        assertThat(Fate.of(List.of())).isEqualTo(Fate.UNCHARGED);
        assertThat(Fate.of(List.of(
                        attempt(Outcome.State.VOIDED, nanos(0)),
                        attempt(Outcome.State.SETTLED, new Cost.Free()),
                        attempt(Outcome.State.IN_DOUBT, new Cost.Free()),
                        attempt(Outcome.State.SETTLED, nanos(0)))))
                .isEqualTo(Fate.UNCHARGED);
    }

    @Test
    void oneAttemptInDoubtIsEnough() {
        assertThat(Fate.of(List.of(attempt(Outcome.State.IN_DOUBT, nanos(5)), attempt(Outcome.State.VOIDED, nanos(0)))))
                .isEqualTo(Fate.IN_DOUBT);
    }

    @Test
    void aChargeIsKnownWhateverTheOthersAre() {
        assertThat(Fate.of(
                        List.of(attempt(Outcome.State.SETTLED, nanos(5)), attempt(Outcome.State.IN_DOUBT, nanos(5)))))
                .isEqualTo(Fate.CHARGED);
        assertThat(Fate.of(List.of(attempt(Outcome.State.SETTLED, new Cost.Unpriced()))))
                .isEqualTo(Fate.CHARGED);
    }
}
