package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Money;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReconciliationTest {

    private static Attempt attempt(String id, String receipt, Outcome.State state, long nanos) {
        Outcome plain = Samples.outcome(id, state, Optional.empty(), new Cost.Priced(new Money(nanos)));
        return new Attempt(
                Samples.intent(id),
                new Outcome(
                        id,
                        state,
                        plain.at(),
                        plain.usage(),
                        plain.cost(),
                        200,
                        "ok",
                        "",
                        receipt,
                        Savings.NONE,
                        0,
                        0,
                        0));
    }

    private static Attempt settled(String id, String receipt, long nanos) {
        return attempt(id, receipt, Outcome.State.SETTLED, nanos);
    }

    private static Reconciliation compare(String csv, Attempt... booked) {
        return Reconciliation.of(BillFile.parse("bill.csv", csv), List.of(booked));
    }

    @Test
    void whatAgreesIsCountedAndTheRestIsListed() { // B22
        Reconciliation found = compare(
                """
                id,amount,currency,note
                gen-1,0.000001500,USD,same
                a2,0.000002000,usd,by our id
                gen-3,0.5,USD,other amount
                gen-3,0.5,USD,again
                gen-x,0.25,USD,unknown
                gen-5,1.00,EUR,other currency
                gen-6,NaN,USD,
                gen-7,-1,USD,
                gen-8,1e400,USD,
                """,
                settled("a1", "gen-1", 1_500),
                settled("a2", "", 2_000),
                settled("a3", "gen-3", 400_000_000),
                settled("a4", "gen-4", 7),
                attempt("a9", "gen-9", Outcome.State.VOIDED, 0));
        assertThat(found.matched()).isEqualTo(2);
        assertThat(found.different()).containsExactly("bill.csv:4: a3 (gen-3): $0.4 here, $0.5 there");
        assertThat(found.twice()).containsExactly("bill.csv:5: gen-3: $0.5 once more");
        assertThat(found.missingHere()).containsExactly("bill.csv:6: gen-x: $0.25 there");
        assertThat(found.missingThere()).containsExactly("a4 (gen-4): $0.000000007 here");
        assertThat(found.refused()).hasSize(4);
        assertThat(found.refused().getFirst())
                .isEqualTo("bill.csv:7: currency 'EUR'; the ledger is in USD and nothing is converted");
        assertThat(found.isClean()).isFalse();
    }

    @Test
    void anUnknownIdThatIsBilledMoreThanOnceIsMissingOnceWithItsSum() {
        Reconciliation found = compare("""
                id,amount,currency
                gen-x,0.25,USD
                gen-1,0.000001500,USD
                gen-y,1,USD
                gen-x,0.5,USD
                gen-x,0.125,USD
                """, settled("a1", "gen-1", 1_500));
        assertThat(found.missingHere())
                .containsExactly(
                        "bill.csv:2: gen-x: $0.875 there, in 3 lines, the last of them bill.csv:6",
                        "bill.csv:4: gen-y: $1 there");
        assertThat(found.twice()).isEmpty();
        assertThat(found.matched()).isEqualTo(1);
        assertThat(found.theirs().minus(found.ours())).hasToString("1.875");
    }

    @Test
    void daysAndModelsAreComparedBySumWithinTheirRounding() {
        String csv = """
                day,model,amount,currency
                2026-11-16,deepseek-flash,1.50,USD
                2026-11-16,deepseek-flash,0.50,USD
                2026-11-16,other,3,USD
                """;
        Reconciliation found = compare(csv, settled("a1", "", 1_503_000_000), settled("a2", "", 499_000_000));
        assertThat(found.matched()).isEqualTo(1);
        assertThat(found.missingHere()).containsExactly("2026-11-16 other: $3 there");
        assertThat(compare(csv, settled("a1", "", 2_011_000_000)).different())
                .containsExactly("2026-11-16 deepseek-flash: $2.011 here, $2 there");
    }

    @Test
    void whatIsInDoubtNeverAgreesButShowsWhatItWas() {
        Reconciliation found = compare(
                "id,amount,currency\ngen-1,0.000001,USD\n", attempt("a1", "gen-1", Outcome.State.IN_DOUBT, 1_000));
        assertThat(found.different()).singleElement().asString().contains("in doubt here, at most $0.000001", "there");
        assertThat(compare("id,amount,currency\n", attempt("a1", "", Outcome.State.IN_DOUBT, 1_000))
                        .missingThere())
                .hasSize(1);
    }

    @Test
    void whatABillNamesByItselfIsNotCountedInItsDaysOnceMore() {
        Reconciliation found = compare("""
                id,day,model,amount,currency
                gen-1,,,0.000000005,USD
                ,2026-11-16,deepseek-flash,0.000000007,USD
                """, settled("a1", "gen-1", 5), settled("a2", "gen-2", 7));
        assertThat(found.isClean()).as(found.toString()).isTrue();
        assertThat(found.matched()).isEqualTo(2);
    }

    @Test
    void aFileThatIsNoBillIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> BillFile.parse("b.csv", "")).hasMessageStartingWith("b.csv:1: empty");
        assertThatThrownBy(() -> BillFile.parse("b.csv", "# x\nid,amount\n"))
                .hasMessageStartingWith("b.csv:2: the columns");
        assertThatThrownBy(() -> BillFile.parse("b.csv", "id,amount,currency,Amount\nx,1,USD,2\n"))
                .hasMessage("b.csv:1: there are two columns 'amount'");
        assertThatThrownBy(() -> BillFile.parse("b.csv", "id,amount,currency\n\"x,1,USD\n"))
                .hasMessageStartingWith("b.csv: line 2");
        assertThat(BillFile.parse("b.csv", "day,model,amount,currency\n2026-13-01,m,1,USD\n1,2\n")
                        .refused())
                .containsExactly(
                        "b.csv:2: day '2026-13-01' must look like 2026-11-21", "b.csv:3: 2 fields instead of 4");
    }

    @Test
    @Timeout(5)
    void anAmountThatNobodyCanComputeWithIsRefusedWithItsLine() {
        Bill bill = BillFile.parse(
                "b.csv",
                "id,amount,currency\nx,1E+2147483647,USD\ny,1E-999999999,USD\nz,0E-2147483647,USD\nw,0.5,USD\n");
        assertThat(bill.refused())
                .containsExactly(
                        "b.csv:2: amount '1E+2147483647' must be a number from 0 to 999999999, with at most 30 decimals",
                        "b.csv:3: amount '1E-999999999' must be a number from 0 to 999999999, with at most 30 decimals",
                        "b.csv:4: amount '0E-2147483647' must be a number from 0 to 999999999, with at most 30 decimals");
        assertThat(bill.lines()).hasSize(1);
    }
}
