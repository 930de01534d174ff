package dev.sluice.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.book.Audit;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqliteAuditTest {
    private static final String NO_TRIGGERS = "DROP TRIGGER attempt_stays; DROP TRIGGER attempt_is_kept; "
            + "DROP TRIGGER amendment_stays; DROP TRIGGER amendment_is_kept; DROP TRIGGER entry_stays; "
            + "DROP TRIGGER entry_is_kept; DROP TRIGGER common_stays; DROP TRIGGER common_is_kept;";

    @TempDir
    private Path path;

    private DataFolder folder;

    @BeforeEach
    void book() throws IOException {
        folder = DataFolder.lock(path);
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(
                    List.of(
                            Samples.attempt("a", 100),
                            Samples.attempt("b", 30),
                            attempt("c", Outcome.State.IN_DOUBT, new Cost.Priced(new Money(1000)), Savings.NONE),
                            attempt(
                                    "d",
                                    Outcome.State.SETTLED,
                                    new Cost.Priced(new Money(7)),
                                    new Savings(Money.ZERO, new Money(3), new Money(-2), "openai/gpt")),
                            attempt("free", Outcome.State.SETTLED, new Cost.Free(), Savings.NONE)),
                    List.of(Samples.amendment("c", "lookup", 9, 400), Samples.amendment("b", "bill", 9, 20)),
                    7);
        }
    }

    @AfterEach
    void unlock() throws IOException {
        folder.close();
    }

    private static Attempt attempt(String id, Outcome.State state, Cost cost, Savings savings) {
        Outcome plain = Samples.outcome(id, state, Optional.of(Usage.of(10, 1)), cost);
        return new Attempt(
                Samples.intent(id),
                new Outcome(
                        id, state, plain.at(), plain.usage(), cost, 200, "ok", "", "", savings, 1_000, 2_000, 3_000));
    }

    private Audit audit() throws IOException {
        return SqliteAudit.run(path, (_, _) -> {});
    }

    private void edit(String commands) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path.resolve("sluice.db"));
                Statement statement = connection.createStatement()) {
            for (String command : commands.split(";", -1)) {
                if (!command.isBlank()) {
                    statement.execute(command);
                }
            }
        }
    }

    @Test
    void theBookBalancesAtEveryAccount() throws IOException {
        Audit audit = audit();
        assertThat(audit.wrong()).isEmpty();
        assertThat(audit.accounts())
                .containsExactly(
                        new Audit.Account("claim/deepseek", 1000, 1000),
                        new Audit.Account("doubt/acme//alice", 1000, 1000),
                        new Audit.Account("memo/savings", 2, 3),
                        new Audit.Account("payable/deepseek", 10, 537),
                        new Audit.Account("saved/provider-cache", 3, 0),
                        new Audit.Account("saved/routing", 0, 2),
                        new Audit.Account("spend/acme//alice", 537, 10));
        assertThat(audit.entries()).isEqualTo(9);
        assertThat(audit.attempts()).isEqualTo(5);
        assertThat(audit.head()).hasSize(64);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE attempt_row SET cost = 31 WHERE attempt_id = 'b'                   | attempt b: its row was changed
            UPDATE common SET decision = 'x' WHERE id = 1                             | attempt a: its row was changed
            DELETE FROM common WHERE id = 1                                           | attempt a is missing
            UPDATE attempt_row SET state = 'nonsense' WHERE attempt_id = 'a'          | attempt a: its row was changed
            DELETE FROM attempt_row WHERE attempt_id = 'a'                            | attempt a is missing
            UPDATE amendment SET cost = 1 WHERE attempt_id = 'c'                      | amendment lookup of attempt c: its row was changed
            DELETE FROM amendment WHERE attempt_id = 'b'                              | amendment bill of attempt b is missing
            DELETE FROM entry WHERE seq = 2                                           | entry 2 is missing
            UPDATE entry SET amount = 1 WHERE seq = 3                                 | entry 3 (DOUBT of attempt c): its hash
            UPDATE entry SET seq = 99 WHERE seq = 1; UPDATE entry SET seq = 1 WHERE seq = 2; UPDATE entry SET seq = 2 WHERE seq = 99 | entry 1 (SETTLE of attempt b): its hash
            DELETE FROM entry WHERE seq = 9                                           | amendment b bill has no entry
            UPDATE attempt_row SET cost = 5 WHERE attempt_id = 'free'                 | attempt free
            DELETE FROM attempt_row WHERE attempt_id = 'free'                         | the sum of the hour 2026-11-16 12:00 UTC
            UPDATE rollup SET cost = cost + 1 WHERE width = 1                         | the sum of the hour 2026-11-16 12:00 UTC
            UPDATE rollup SET calls = 0 WHERE grain = 1                               | the sum of the hour 2026-11-16 12:00 UTC
            UPDATE rollup SET output = 0 WHERE width = 24                             | the sum of the day 2026-11-16 UTC
            UPDATE account SET debits = debits + 1 WHERE name LIKE 'spend%'           | account spend/acme//alice: it says $0.000000538
            UPDATE account SET name = 'spend/other//bob' WHERE name LIKE 'spend%'     | entry 1 (SETTLE of attempt a): its hash
            UPDATE retention SET before = 9000000000000000000                         | table retention
            """)
    void whoeverEditsThePastIsFoundWithTheRow(String edit, String found) throws Exception { // L18
        edit((edit.contains("'nonsense'") ? "PRAGMA ignore_check_constraints = 1;" : "") + NO_TRIGGERS + edit);
        assertThat(audit().wrong()).anySatisfy(wrong -> assertThat(wrong).contains(found));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE attempt_row SET cost = 31   | an attempt is never changed
            DELETE FROM attempt_row            | an attempt goes only by the setting retention
            UPDATE common SET model = 'x'      | what attempts have in common is never changed
            DELETE FROM common                 | what attempts have in common is never removed
            UPDATE attempt SET cost = 31       | cannot modify attempt because it is a view
            UPDATE amendment SET cost = 1      | an amendment is never changed
            DELETE FROM amendment              | an amendment goes only with its attempt
            UPDATE entry SET amount = 1        | an entry is never changed
            DELETE FROM entry                  | an entry is never removed
            """)
    void thePastIsNotEditedByAccident(String edit, String refusal) { // L18
        assertThatThrownBy(() -> edit(edit)).isInstanceOf(SQLException.class).hasMessageContaining(refusal);
    }

    @Test
    void aByteThatTurnsInTheFileIsFound() throws IOException { // L10
        Path file = path.resolve("sluice.db");
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        turn(file, text.lastIndexOf("2026-11-15/1a2b3c4dcheapest"));
        assertThat(audit().wrong())
                .anySatisfy(wrong -> assertThat(wrong).contains("attempt a: its row was changed after entry 1"));
    }

    @Test
    void aByteThatTurnsInAFreeAttemptIsFoundByItsHour() throws IOException { // L10
        Path file = path.resolve("sluice.db");
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        turn(file, text.indexOf("2026-11-15/1a2b3c4dcheapest"));
        assertThat(audit().wrong())
                .satisfiesExactly(
                        wrong -> assertThat(wrong).startsWith("the database file is damaged"),
                        wrong -> assertThat(wrong)
                                .startsWith("the sum of the hour 2026-11-16 12:00 UTC")
                                .endsWith("the row of one of its attempts was changed after it was booked"));
    }

    private static void turn(Path file, int at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'3'}), at + 3);
        }
    }

    @Test
    void anOlderSchemaIsToldApartFromADamagedBook() throws Exception {
        edit("PRAGMA user_version = 2");
        assertThatIOException()
                .isThrownBy(this::audit)
                .withMessageContaining("the database has schema 2, not 6: start the gateway once");
    }

    @Test
    void whatFailsInTheMiddleLeavesNoTraceInTheChain() throws IOException { // I5
        Attempt bad = new Attempt(Samples.intent("x", Instant.MAX, "deepseek", "nightly"), Samples.settled("x", 5));
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            assertThatIOException().isThrownBy(() -> archive.put(List.of(Samples.attempt("e", 1), bad), List.of(), 8));
            assertThat(archive.put(List.of(Samples.attempt("f", 1)), List.of(), 8))
                    .isEqualTo(1);
        }
        assertThat(audit().wrong()).isEmpty();
        assertThat(audit().attempts()).isEqualTo(6);
    }

    @Test
    void anAmountPastAllCountingDoesNotStopTheBook() throws IOException { // L16
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(
                    List.of(Samples.attempt("huge", Long.MAX_VALUE), Samples.attempt("least", Long.MIN_VALUE)),
                    List.of(),
                    8);
            List<Attempt> more = List.of(Samples.attempt("more", Long.MAX_VALUE));
            // The first try fails, as the journal's copier expects of a disk, too; it tries again.
            assertThatIOException().isThrownBy(() -> archive.put(more, List.of(), 9));
            assertThat(archive.put(more, List.of(), 9)).isEqualTo(1);
            assertThat(archive.position()).isEqualTo(9);
        }
    }

    @Test
    void namesWithOddLettersComeBackAsTheyWereBooked() throws IOException {
        Attempt odd = new Attempt(
                Samples.intent("odd\u0000id", Samples.NOON, "a/b%", "값 \uD83D\uDE00 \uD800"),
                Samples.settled("odd\u0000id", 5));
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(List.of(odd), List.of(), 8);
        }
        Audit audit = audit();
        assertThat(audit.wrong()).isEmpty();
        assertThat(audit.accounts()).contains(new Audit.Account("payable/a%2Fb%25", 0, 5));
    }
}
