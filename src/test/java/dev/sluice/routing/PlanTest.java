package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Hop A = new Hop("a", "m");
    private static final Hop B = new Hop("b", "m");
    private static final Hop C = new Hop("c", "m");

    private static Candidate at(Hop hop, long price) {
        return new Candidate(hop, Optional.of(price), Optional.empty());
    }

    @Test
    void theCheapestComesFirstAndEqualsKeepTheirOrder() {
        assertThat(Plan.of(Chain.Order.PRICE, List.of(at(A, 3), at(B, 1), at(C, 3)))
                        .hops())
                .containsExactly(B, A, C);
    }

    @Test
    void whatHasNoPriceComesLast() {
        Candidate unpriced = new Candidate(A, Optional.empty(), Optional.empty());
        assertThat(Plan.of(Chain.Order.PRICE, List.of(unpriced, at(B, 9))).hops())
                .containsExactly(B, A);
    }

    @Test
    void theWrittenOrderIsKeptWhateverItCosts() {
        assertThat(Plan.of(Chain.Order.WRITTEN, List.of(at(A, 3), at(B, 1))).hops())
                .containsExactly(A, B);
    }

    @Test
    void whatCannotBeAskedIsLeftOutAndNamedWithItsReason() {
        Candidate out =
                new Candidate(A, Optional.of(1L), Optional.of(new Candidate.Obstacle("credit_exhausted", false)));
        Plan plan = Plan.of(Chain.Order.PRICE, List.of(out, at(B, 9)));
        assertThat(plan.hops()).containsExactly(B);
        assertThat(plan.leftOut()).containsExactly("a: credit_exhausted");
    }

    @Test
    void asksALastResortOnlyWhereNobodyElseIsLeft() {
        Candidate missing =
                new Candidate(A, Optional.of(1L), Optional.of(new Candidate.Obstacle("model_missing", true)));
        Candidate good = new Candidate(B, Optional.of(9L), Optional.empty());
        assertThat(Plan.of(Chain.Order.PRICE, List.of(missing, good)).hops()).containsExactly(B);
        assertThat(Plan.of(Chain.Order.PRICE, List.of(missing)).hops()).containsExactly(A);
    }
}
