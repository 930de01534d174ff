package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.book.Standing;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The archive row by row, for commands. Reads beside a running gateway. For one thread, which no loop may be. */
public final class SqliteAttempts implements Closeable {
    private static final String BEGUN = " FROM attempt WHERE at >= ? AND at < ? ORDER BY at, attempt_id";
    private static final String AMENDED = " FROM attempt WHERE at < ?1 AND attempt_id IN "
            + "(SELECT attempt_id FROM amendment WHERE at >= ?1 AND at < ?2) ORDER BY at, attempt_id";

    private final Connection connection;

    private SqliteAttempts(Connection connection) {
        this.connection = connection;
    }

    /** @throws IOException where there is no database in the data folder */
    public static SqliteAttempts open(Path folder) throws IOException {
        try {
            return new SqliteAttempts(Database.reader(folder.resolve(Database.FILE)));
        } catch (SQLException e) {
            throw new IOException("cannot read the database in " + folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * Every attempt from {@code from} (included) to {@code to} (not), in the order of their moments, each as it stands by
     * all that was said about it later. An attempt belongs to the moment of its intent.
     */
    public void each(Instant from, Instant to, Consumer<Attempt> then) {
        try {
            // One moment for both questions: an attempt is not to be read as settled and as in doubt.
            connection.setAutoCommit(false);
            each(Values.nanos(from), Values.nanos(to), then);
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    /**
     * Every attempt from before {@code from} of which something was said later from then (included) to {@code to} (not),
     * each as it stands.
     */
    public void amended(Instant from, Instant to, Consumer<Attempt> then) {
        try {
            connection.setAutoCommit(false);
            long first = Values.nanos(from);
            each(AMENDED, AmendmentRows.within(connection, Long.MIN_VALUE, first), first, Values.nanos(to), then);
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    /** From when on all rows are here; empty where none was ever removed. */
    public Optional<Instant> keptFrom() {
        try {
            long before = Long.parseLong(Schema.single(connection, "SELECT before FROM retention"));
            return before == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochSecond(0, before));
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    private void each(long from, long to, Consumer<Attempt> then) throws SQLException {
        each(BEGUN, AmendmentRows.within(connection, from, to), from, to, then);
    }

    private void each(String which, Map<String, List<Amendment>> later, long from, long to, Consumer<Attempt> then)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT " + Rows.COLUMNS + which)) {
            query.setLong(1, from);
            query.setLong(2, to);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Attempt attempt = Rows.read(row);
                    then.accept(Standing.of(
                                    attempt, later.getOrDefault(attempt.intent().attemptId(), List.of()))
                            .applied(attempt));
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
