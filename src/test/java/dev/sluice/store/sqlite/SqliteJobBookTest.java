package dev.sluice.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.RunCost;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJobBookTest {
    @TempDir
    private Path folder;

    @Test
    void aRunIsToldAsItsAttemptsStandNotAsTheyEnded() throws IOException {
        Outcome doubt =
                Samples.outcome("b", Outcome.State.IN_DOUBT, Optional.empty(), new Cost.Priced(new Money(1_000)));
        Outcome still =
                Samples.outcome("c", Outcome.State.IN_DOUBT, Optional.empty(), new Cost.Priced(new Money(1_000)));
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(
                    List.of(
                            Samples.attempt("a", 5),
                            new Attempt(Samples.intent("b"), doubt),
                            new Attempt(Samples.intent("c"), still)),
                    List.of(Samples.amendment("b", "first", 60, 700), Samples.amendment("b", "second", 90, 400)),
                    5);
        }
        try (SqliteJobBook book = SqliteJobBook.open(folder)) {
            RunCost run = book.runs("nightly", Samples.NOON, Samples.NOON.plusSeconds(1))
                    .getFirst();
            assertThat(run.attempts()).isEqualTo(3);
            assertThat(run.cost()).isEqualTo(new Money(405));
            assertThat(run.inDoubt()).isEqualTo(1);
            assertThat(run.reserved()).isEqualTo(new Money(1_000));
            assertThat(run.inputTokens()).isEqualTo(100);
        }
    }
}
