package dev.sluice.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteArchiveTest {
    @TempDir
    private Path path;

    private DataFolder folder;

    @BeforeEach
    void lock() throws IOException {
        folder = DataFolder.lock(path);
    }

    @AfterEach
    void unlock() throws IOException {
        folder.close();
    }

    @Test
    void aRowTellsEverythingOfAnAttempt() throws IOException {
        Usage usage = new Usage(100, 60, 30, 20, 5, true, Optional.of(new Money(77)));
        Outcome outcome = Samples.outcome(
                "a", Outcome.State.SETTLED, Optional.of(usage), new Cost.Priced(new Money(Long.MAX_VALUE)));
        Attempt attempt = new Attempt(Samples.intent("a"), outcome);
        put(List.of(attempt), 3);
        try (SqliteReports reports = SqliteReports.open(folder)) {
            assertThat(reports.ofRequest("request-a")).containsExactly(attempt);
        }
    }

    @Test
    void theAttemptsOfARequestAreFoundWhetherOrNotTheirIdsSayWhichItIs() throws IOException {
        List<Attempt> others = List.of(attempt("r-10", "r", 10), attempt("r1-1", "r1", 1), attempt("r-1-1", "r-1", 1));
        List<Attempt> all = new ArrayList<>(others);
        all.addAll(List.of(attempt("r-1", "r", 1), attempt("odd", "r", 2), attempt("r-3", "other", 3)));
        put(all, 1);
        try (SqliteReports reports = SqliteReports.open(folder)) {
            assertThat(reports.ofRequest("r"))
                    .containsExactly(attempt("r-1", "r", 1), attempt("odd", "r", 2), attempt("r-10", "r", 10));
            assertThat(reports.ofRequest("r-1")).containsExactly(attempt("r-1-1", "r-1", 1));
            assertThat(reports.ofRequest("other")).containsExactly(attempt("r-3", "other", 3));
            assertThat(reports.ofRequest("r-")).isEmpty();
        }
    }

    private static Attempt attempt(String id, String request, int number) {
        Intent like = Samples.intent(id);
        Intent intent = new Intent(
                id,
                request,
                number,
                like.at(),
                like.caller(),
                like.operation(),
                like.askedModel(),
                like.provider(),
                like.model(),
                like.stream(),
                like.bound(),
                like.priceVersion(),
                like.decision());
        return new Attempt(intent, Samples.settled(id, 1));
    }

    @Test
    void wordsThatFailedToBeKeptAreKeptTheNextTime() throws IOException {
        Attempt seldom = new Attempt(
                Samples.intent("x"),
                Samples.outcome("x", Outcome.State.SETTLED, Optional.empty(), new Cost.Unpriced()));
        Attempt bad = new Attempt(Samples.intent("bad", Instant.MAX, "deepseek", "nightly"), Samples.settled("bad", 5));
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            assertThatIOException().isThrownBy(() -> archive.put(List.of(seldom, bad), List.of(), 1));
            archive.put(List.of(seldom), List.of(), 1);
        }
        try (SqliteReports reports = SqliteReports.open(folder)) {
            assertThat(reports.ofRequest("request-x")).containsExactly(seldom);
        }
    }

    @Test
    void anAttemptThatIsThereIsLeftAsItIs() throws IOException { // L13
        put(List.of(Samples.attempt("a", 1)), 1);
        assertThat(put(List.of(Samples.attempt("a", 2), Samples.attempt("b", 3), Samples.attempt("b", 4)), 2))
                .isEqualTo(1);
        try (SqliteReports reports = SqliteReports.open(folder)) {
            assertThat(reports.ofRequest("request-a")).containsExactly(Samples.attempt("a", 1));
            assertThat(reports.ofRequest("request-b")).containsExactly(Samples.attempt("b", 3));
        }
    }

    @Test
    void thePositionMovesWithTheRows() throws IOException {
        List<Attempt> many = new ArrayList<>();
        for (int number = 0; number < 1234; number++) {
            many.add(Samples.attempt("a" + number, 1));
        }
        assertThat(put(many, 99)).isEqualTo(1234);
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            assertThat(archive.position()).isEqualTo(99);
        }
    }

    @Test
    void aNewerSchemaIsRefusedAndLeftAlone() throws Exception { // L20
        put(List.of(), 1);
        execute("PRAGMA user_version = 99");
        assertThatIOException()
                .isThrownBy(() -> SqliteArchive.open(folder))
                .withMessageContaining("the database has schema 99 of a newer sluice");
        execute("PRAGMA user_version = " + Schema.VERSION);
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            assertThat(archive.position()).isEqualTo(1);
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedWithItsName() throws IOException { // L09
        Files.writeString(path.resolve("sluice.db"), "this is not a database at all, but it is long enough".repeat(40));
        assertThatIOException()
                .isThrownBy(() -> SqliteArchive.open(folder))
                .withMessageContaining("sluice.db")
                .withMessageContaining("not a database");
    }

    @Test
    void aLibraryThatLosesRowsIsRefused() {
        assertThat(Schema.isOlder("3.40.1")).isTrue();
        assertThat(Schema.isOlder("3.51.2")).isTrue();
        assertThat(Schema.isOlder("3.51.3")).isFalse();
        assertThat(Schema.isOlder("3.54.1")).isFalse();
        assertThat(Schema.isOlder("4.0")).isFalse();
    }

    private int put(List<Attempt> attempts, long position) throws IOException {
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            return archive.put(attempts, List.of(), position);
        }
    }

    private void execute(String command) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path.resolve("sluice.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}
