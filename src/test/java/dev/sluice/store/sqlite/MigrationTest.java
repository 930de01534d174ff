package dev.sluice.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.book.Audit;
import dev.sluice.model.Money;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database from before there was a book gets one, with everything that is in it. */
class MigrationTest {
    private static final List<String> TABLES =
            List.of("attempt", "amendment", "account", "entry", "cell", "rollup", "journal", "retention");

    @TempDir
    private Path path;

    /** Opens the archive in the folder that it is given, so that it can be killed at it. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) throws IOException {
            SqliteArchive.open(Path.of(arguments[0])).close();
        }
    }

    /** A database as that version left it: attempt number n cost n, and every tenth is in doubt at 1,000. */
    private void old(int version, int attempts) throws Exception {
        Path file = path.resolve("sluice.db");
        DataFolder.makeFile(file);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            connection.setAutoCommit(false);
            make(version, statement);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO attempt (attempt_id, request_id, "
                    + "number, at, caller, job, run, operation, asked_model, provider, model, stream, bound, "
                    + "price_version, decision, state, ended_at, input, cache_read, cache_write, output, reasoning, "
                    + "estimated, cost_kind, cost, status, how, answered_by, sent_nanos, first_content_nanos, "
                    + "total_nanos) VALUES (?, 'r', 1, ?, 'bob', 'nightly', '', 'CHAT', 'cheap', 'deepseek', 'flash', 1, "
                    + "1000, 'v', 'd', ?, ?, 10, 0, 0, 5, 0, 0, 'PRICED', ?, 200, 'ok', '', 0, 0, 0)")) {
                long at = Values.nanos(Samples.NOON);
                for (int number = 0; number < attempts; number++) {
                    insert.setString(1, "old" + number);
                    insert.setLong(2, at + number * 1_000_000_000L);
                    insert.setString(3, number % 10 == 9 ? "IN_DOUBT" : "SETTLED");
                    insert.setLong(4, at + number * 1_000_000_000L);
                    insert.setLong(5, number % 10 == 9 ? 1000 : number);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            statement.execute("UPDATE journal SET position = 77");
            connection.commit();
        }
    }

    private static void make(int version, Statement statement) throws Exception {
        for (int step = 1; step <= version; step++) {
            for (String command : script(step).split(";\\s*\n", -1)) {
                if (!command.isBlank()) {
                    statement.execute(command);
                }
            }
        }
        statement.execute("PRAGMA user_version = " + version);
    }

    /** Puts everything that is in the database into one as that version made it. */
    private void goBack(int version) throws Exception {
        Path old = path.resolve("old.db");
        Path file = path.resolve("sluice.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old);
                Statement statement = connection.createStatement()) {
            make(version, statement);
            statement.execute("ATTACH '" + file + "' AS now");
            for (String table : TABLES) {
                String columns = Schema.single(
                        connection, "SELECT group_concat(name, ', ') FROM pragma_table_info('" + table + "')");
                statement.execute("DELETE FROM main." + table);
                statement.execute("INSERT INTO main." + table + " (" + columns + ") SELECT " + columns + " FROM now."
                        + table + (table.equals("attempt") ? " ORDER BY place" : ""));
            }
        }
        Files.move(old, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String script(int step) throws IOException {
        String name = "schema-" + step + ".sql";
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void assertWhole(int attempts) throws IOException {
        long settled = 0;
        for (int number = 0; number < attempts; number++) {
            settled += number % 10 == 9 ? 0 : number;
        }
        try (SqliteReports reports = SqliteReports.open(path)) {
            assertThat(reports.spent(Instant.MIN, Instant.MAX))
                    .containsExactly(new Spent(
                            "",
                            "",
                            "",
                            "bob",
                            "",
                            "nightly",
                            "",
                            "deepseek",
                            "flash",
                            new Money(settled),
                            new Money(attempts / 10 * 1000L),
                            attempts,
                            attempts * 15L));
            assertThat(reports.inDoubt(attempts)).hasSize(attempts / 10);
        }
        assertThat(SqliteAudit.run(path, (_, _) -> {})).satisfies(audit -> {
            assertThat(audit.wrong()).isEmpty();
            assertThat(audit.attempts()).isEqualTo(attempts);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anOlderDatabaseIsBookedWithAllItsRows(int version) throws Exception { // L20
        old(version, 12_340);
        try (SqliteArchive archive = SqliteArchive.open(path)) {
            assertThat(archive.position()).isEqualTo(77);
            archive.put(List.of(), List.of(), 78);
        }
        assertWhole(12_340);
    }

    @Test
    void aBookOfBeforeThereWereBaselinesKeepsItsHashes() throws Exception {
        String head;
        try (SqliteArchive archive = SqliteArchive.open(path)) {
            archive.put(List.of(Samples.attempt("a", 100), Samples.attempt("b", 30)), List.of(), 7);
        }
        head = SqliteAudit.run(path, (_, _) -> {}).head();
        goBack(3);
        try (SqliteArchive archive = SqliteArchive.open(path)) {
            archive.put(List.of(Samples.attempt("c", 5)), List.of(), 8);
        }
        assertThat(SqliteAudit.run(path, (_, _) -> {})).satisfies(audit -> {
            assertThat(audit.wrong()).isEmpty();
            assertThat(audit.attempts()).isEqualTo(3);
            assertThat(audit.head()).isNotEqualTo(head);
        });
        try (SqliteReports reports = SqliteReports.open(path)) {
            assertThat(reports.total(Instant.MIN, Instant.MAX).routing())
                    .as("nobody measured it")
                    .isEmpty();
        }
    }

    @Test
    void aMachineThatDiesInTheMiddleLosesNothing() throws Exception { // L20
        old(1, 30_000);
        for (long written : new long[] {1, 500_000, 1_200_000}) {
            Process opener = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Opener.class.getName(),
                            path.toString())
                    .inheritIO()
                    .start();
            try {
                while (logged() < written && opener.isAlive()) {
                    opener.waitFor(1, TimeUnit.MILLISECONDS);
                }
                assertThat(opener.isAlive()).as("it was in the middle").isTrue();
            } finally {
                opener.destroyForcibly().waitFor();
            }
            try (Connection connection = Database.reader(path.resolve("sluice.db"))) {
                assertThat(Schema.version(connection)).isLessThan(3);
                assertThat(Schema.single(connection, "SELECT count(*) FROM attempt"))
                        .isEqualTo("30000");
            }
        }
        SqliteArchive.open(path).close();
        assertWhole(30_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatAttemptsHaveInCommonIsKeptOnceAndNothingElseChanges(long seed) throws Exception {
        RandomBook book = new RandomBook(seed);
        try (SqliteArchive archive = SqliteArchive.open(path)) {
            archive.put(book.attempts(), book.amendments(), 7);
        }
        Audit before = SqliteAudit.run(path, (_, _) -> {});
        goBack(5);
        SqliteArchive.open(path).close();
        assertThat(attempts()).containsExactlyInAnyOrderElementsOf(book.attempts());
        assertThat(SqliteAudit.run(path, (_, _) -> {})).isEqualTo(before);
        try (Connection connection = Database.reader(path.resolve("sluice.db"))) {
            assertThat(Schema.single(connection, "PRAGMA integrity_check")).isEqualTo("ok");
            assertThat(Integer.parseInt(Schema.single(connection, "SELECT count(*) FROM common")))
                    .as("of 400 attempts")
                    .isBetween(100, 399);
        }
    }

    private List<Attempt> attempts() throws IOException {
        List<Attempt> found = new ArrayList<>();
        try (SqliteReports reports = SqliteReports.open(path)) {
            reports.rows(Instant.MIN, Instant.MAX, (attempt, _) -> found.add(attempt));
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theConditionsOfARowHold(int version) throws Exception {
        if (version > 0) {
            old(version, 10);
        }
        SqliteArchive archive = SqliteArchive.open(path);
        archive.put(List.of(Samples.attempt("a", 1)), List.of(), 78);
        archive.close();
        try (Connection connection = Database.writer(path.resolve("sluice.db"));
                Statement statement = connection.createStatement()) {
            assertThat(Schema.single(connection, "PRAGMA integrity_check")).isEqualTo("ok");
            statement.execute("CREATE TEMP TABLE copy AS SELECT * FROM attempt_row WHERE attempt_id = 'a'");
            for (String wrong : List.of("state = 'ODD'", "common = NULL", "total_nanos = NULL")) {
                statement.execute("UPDATE copy SET attempt_id = 'b', " + wrong);
                assertThatThrownBy(() -> statement.execute("INSERT INTO attempt_row SELECT * FROM copy"))
                        .as(wrong)
                        .hasMessageContaining("constraint failed");
            }
        }
    }

    /** What the transaction under way has written. */
    private long logged() throws IOException {
        Path log = path.resolve("sluice.db-wal");
        return Files.exists(log) ? Files.size(log) : 0;
    }
}
