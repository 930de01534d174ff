package dev.sluice.store.answers;

import dev.sluice.pipeline.repeat.KeptAnswers.Once;
import dev.sluice.store.DataFolder;
import dev.sluice.store.SqliteLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.sqlite.SQLiteConfig;

/** The database file and its one table. What is put is durable after {@link #commit}. For one thread. */
final class AnswerFile implements AutoCloseable {
    static final String FILE = "answers.db";

    private static final int VERSION = 1;
    private static final int BUSY_MILLIS = 1000;
    private static final int MOST_ROWS = 200_000;

    /** Its weight, and whether it had no answer. */
    private static final String WHAT_GOES = "weight, length(head) = 0";

    private static final String TABLE = """
            CREATE TABLE answer (
              id TEXT PRIMARY KEY NOT NULL, fingerprint TEXT NOT NULL, request_id TEXT NOT NULL, life TEXT NOT NULL,
              at INTEGER NOT NULL, weight INTEGER NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL, digest BLOB NOT NULL
            ) STRICT""";

    private final Connection connection;
    private final long mostBytes;
    private long rows;
    private long bytes;

    /** Of calls without an answer, which make room for nobody. */
    private long fixedBytes;

    private AnswerFile(Connection connection, long mostBytes) {
        this.connection = connection;
        this.mostBytes = mostBytes;
    }

    /** What stands there under a name. */
    sealed interface Look {
        record Nothing() implements Look {}

        record Whole(Row row) implements Look {}

        /** Its digest is wrong. */
        record Damaged() implements Look {}
    }

    /**
     * Opens the file, makes it where it is missing, and reads all of it to see whether it is whole.
     *
     * @throws DamagedAnswersException where it is not
     * @throws IOException where it cannot be read or written just now
     */
    static AnswerFile open(Path folder, long mostBytes) throws IOException {
        Path file = folder.resolve(FILE);
        DataFolder.makeFile(file);
        try {
            Connection connection = connect(file);
            try {
                AnswerFile opened = new AnswerFile(connection, mostBytes);
                opened.prepare(file);
                return opened;
            } catch (SQLException | IOException failed) {
                connection.close();
                throw failed;
            }
        } catch (SQLException failed) {
            throw DamagedAnswersException.isMeant(failed)
                    ? new DamagedAnswersException(file, String.valueOf(failed.getMessage()))
                    : new IOException(file + ": " + failed.getMessage(), failed);
        }
    }

    private static Connection connect(Path file) throws IOException, SQLException {
        SqliteLibrary.load();
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(
                SQLiteConfig.SynchronousMode.FULL); // That a call has begun must be on disk before it goes.
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA secure_delete = ON"); // What was forgotten must not be read from free pages.
        }
        return connection;
    }

    private void prepare(Path file) throws SQLException, IOException {
        long version = number("PRAGMA user_version");
        if (version > VERSION) {
            throw new IOException(file + " was made by a newer sluice");
        }
        if (version == 0) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(TABLE);
                statement.execute("CREATE INDEX answer_at ON answer (at)");
                statement.execute("PRAGMA user_version = " + VERSION);
            }
        }
        String check = text("PRAGMA integrity_check(1)");
        if (!check.equals("ok")) {
            throw new DamagedAnswersException(file, check);
        }
        connection.setAutoCommit(false);
        count();
    }

    private void count() throws SQLException {
        rows = number("SELECT count(*) FROM answer");
        bytes = number("SELECT coalesce(sum(weight), 0) FROM answer");
        fixedBytes = number("SELECT coalesce(sum(weight), 0) FROM answer WHERE length(head) = 0");
    }

    Look look(String id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT * FROM answer WHERE id = ?")) {
            query.setString(1, id);
            try (ResultSet found = query.executeQuery()) {
                if (!found.next()) {
                    return new Look.Nothing();
                }
                Row row = new Row(
                        new Once(id, found.getString("fingerprint"), found.getString("request_id")),
                        found.getString("life"),
                        found.getLong("at"),
                        found.getBytes("head"),
                        found.getBytes("body"));
                return Arrays.equals(row.digest(), found.getBytes("digest")) ? new Look.Whole(row) : new Look.Damaged();
            }
        }
    }

    /**
     * In place of what may stand there. Where there is too much, the oldest answers go. A call without an answer never
     * does: it may be under way, or charged, and forgotten it would be made again.
     *
     * @return false where even so there is no room; what stands there stays
     */
    boolean put(Row row) throws SQLException {
        if (!makeRoom(row.weight())) {
            return false;
        }
        remove(row.call().id());
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, row.call().id());
            insert.setString(2, row.call().fingerprint());
            insert.setString(3, row.call().requestId());
            insert.setString(4, row.life());
            insert.setLong(5, row.atMillis());
            insert.setLong(6, row.weight());
            insert.setBytes(7, row.head());
            insert.setBytes(8, row.body());
            insert.setBytes(9, row.digest());
            insert.executeUpdate();
        }
        rows++;
        bytes += row.weight();
        fixedBytes += row.head().length == 0 ? row.weight() : 0;
        return true;
    }

    /** Removes nothing where that would not be enough. */
    private boolean makeRoom(long weight) throws SQLException {
        if (fixedBytes + weight > mostBytes) {
            return false;
        }
        while (rows >= MOST_ROWS || bytes + weight > mostBytes) {
            long before = rows;
            removeOldestAnswer();
            if (rows == before) {
                return false;
            }
        }
        return true;
    }

    void remove(String id) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM answer WHERE id = ? RETURNING " + WHAT_GOES)) {
            delete.setString(1, id);
            forget(delete);
        }
    }

    private void removeOldestAnswer() throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM answer WHERE rowid = "
                + "(SELECT rowid FROM answer WHERE length(head) > 0 ORDER BY at LIMIT 1) RETURNING " + WHAT_GOES)) {
            forget(delete);
        }
    }

    /** Removes what is from before, but nothing that may still be under way in this life. */
    void removeBefore(long atMillis, String life) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM answer WHERE at < ? AND (length(head) > 0 OR life <> ?) RETURNING " + WHAT_GOES)) {
            delete.setLong(1, atMillis);
            delete.setString(2, life);
            forget(delete);
        }
    }

    private void forget(PreparedStatement delete) throws SQLException {
        try (ResultSet gone = delete.executeQuery()) {
            while (gone.next()) {
                rows--;
                bytes -= gone.getLong(1);
                fixedBytes -= gone.getBoolean(2) ? gone.getLong(1) : 0;
            }
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /** As if nothing had been said since the last commit. */
    void rollback() throws SQLException {
        connection.rollback();
        count();
    }

    private long number(String query) throws SQLException {
        return Long.parseLong(text(query));
    }

    private String text(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
