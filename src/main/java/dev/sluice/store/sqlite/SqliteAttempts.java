package dev.sluice.store.sqlite;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.AttemptLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.function.Consumer;

/** The archive row by row, for commands. Reads beside a running gateway. For one thread, which no loop may be. */
public final class SqliteAttempts implements AttemptLog, AutoCloseable {
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

    @Override
    public void each(Instant from, Instant to, Consumer<Attempt> then) {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT " + Rows.COLUMNS + " FROM attempt WHERE at >= ? AND at < ? ORDER BY at, attempt_id")) {
            query.setLong(1, Values.nanos(from));
            query.setLong(2, Values.nanos(to));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    then.accept(Rows.read(row));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
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
