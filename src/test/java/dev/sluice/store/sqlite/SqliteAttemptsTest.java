package dev.sluice.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteAttemptsTest {
    @TempDir
    private Path folder;

    @Test
    void anAttemptIsToldAsItStandsNotAsItEnded() throws IOException {
        Attempt doubtful = new Attempt(
                Samples.intent("b"),
                Samples.outcome("b", Outcome.State.IN_DOUBT, Optional.empty(), new Cost.Priced(new Money(1_000))));
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(List.of(Samples.attempt("a", 5), doubtful), List.of(), 2);
            archive.put(
                    List.of(),
                    List.of(Samples.amendment("b", "first", 60, 700), Samples.amendment("b", "second", 90, 400)),
                    4);
        }
        List<Attempt> told = new ArrayList<>();
        try (SqliteAttempts attempts = SqliteAttempts.open(folder)) {
            attempts.each(Samples.NOON, Samples.NOON.plusSeconds(1), told::add);
        }
        assertThat(told).hasSize(2).first().isEqualTo(Samples.attempt("a", 5));
        assertThat(told.getLast().intent()).isEqualTo(doubtful.intent());
        assertThat(told.getLast().outcome().state()).isEqualTo(Outcome.State.SETTLED);
        assertThat(told.getLast().outcome().cost()).isEqualTo(new Cost.Priced(new Money(400)));
    }

    @Test
    void theQueryThatTheDocumentationOffersCountsWhatIsSettled() throws Exception {
        String text = Files.readString(Path.of("docs/money.md"));
        String query =
                text.substring(text.indexOf("SELECT provider"), text.indexOf("```", text.indexOf("SELECT provider")));
        List<Attempt> attempts = new ArrayList<>(List.of(Samples.attempt("a", 5), Samples.attempt("b", 7)));
        attempts.add(new Attempt(
                Samples.intent("c"),
                Samples.outcome("c", Outcome.State.IN_DOUBT, Optional.empty(), new Cost.Priced(new Money(1_000)))));
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(attempts, List.of(Samples.amendment("b", "first", 60, 700)), 4);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("sluice.db"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(2)).isEqualTo(5);
            assertThat(row.next()).isFalse();
        }
    }

    @Test
    void whatWasResolvedLaterIsFoundByTheTimeOfItsResolution() throws IOException {
        Attempt doubtful = new Attempt(
                Samples.intent("b"),
                Samples.outcome("b", Outcome.State.IN_DOUBT, Optional.empty(), new Cost.Priced(new Money(1_000))));
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(
                    List.of(Samples.attempt("a", 5), doubtful), List.of(Samples.amendment("b", "first", 60, 700)), 3);
        }
        try (SqliteAttempts attempts = SqliteAttempts.open(folder)) {
            List<Attempt> told = new ArrayList<>();
            attempts.amended(Samples.NOON.plusSeconds(60), Samples.NOON.plusSeconds(63), told::add);
            assertThat(told)
                    .singleElement()
                    .satisfies(
                            attempt -> assertThat(attempt.outcome().cost()).isEqualTo(new Cost.Priced(new Money(700))));
            attempts.amended(Samples.NOON.plusSeconds(63), Samples.NOON.plusSeconds(99), told::add);
            attempts.amended(Samples.NOON, Samples.NOON.plusSeconds(99), told::add);
            assertThat(told).as("not those that were begun within").hasSize(1);
            assertThat(attempts.keptFrom()).isEmpty();
        }
    }
}
