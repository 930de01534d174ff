package dev.sluice.store.sqlite;

import dev.sluice.ledger.RunCost;
import dev.sluice.model.Money;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A job's runs, read from the archive over a read-only connection of its own. Used by one platform thread. */
public final class SqliteJobBook implements Closeable {
    /** Each attempt as it stands: by the youngest of what was said about it later, else as it ended. */
    private static final String STANDING = "SELECT run, attempt.at, ended_at, request_id, status, bound, "
            + "coalesce(youngest.state, attempt.state) AS state, "
            + "coalesce(youngest.cost_kind, attempt.cost_kind) AS cost_kind, "
            + "iif(youngest.id IS NULL, attempt.cost, youngest.cost) AS cost, "
            + "coalesce(youngest.input, attempt.input) AS input, "
            + "coalesce(youngest.cache_read, attempt.cache_read) AS cache_read, "
            + "coalesce(youngest.output, attempt.output) AS output "
            + "FROM attempt LEFT JOIN amendment AS youngest ON youngest.attempt_id = attempt.attempt_id "
            + "AND NOT EXISTS (SELECT 1 FROM amendment AS later WHERE later.attempt_id = youngest.attempt_id "
            + "AND (later.at, later.id) > (youngest.at, youngest.id)) "
            + "WHERE attempt.at >= ? AND attempt.at < ? AND job = ? AND run <> ''";

    private static final String RUNS = "SELECT run, min(at), max(ended_at), count(DISTINCT request_id), count(*), "
            + "count(*) FILTER (WHERE status = 429), "
            + "count(*) FILTER (WHERE state = 'IN_DOUBT'), "
            + "count(*) FILTER (WHERE cost_kind = 'UNPRICED' AND state <> 'VOIDED'), "
            + "coalesce(sum(iif(state = 'SETTLED', cost, 0)), 0), "
            + "coalesce(sum(iif(state = 'IN_DOUBT', bound, 0)), 0), "
            + "coalesce(sum(input), 0), coalesce(sum(cache_read), 0), coalesce(sum(output), 0) "
            + "FROM (" + STANDING + ") GROUP BY run ORDER BY 2, 1";

    private final Connection connection;

    private SqliteJobBook(Connection connection) {
        this.connection = connection;
    }

    /** Whether there is a ledger in the folder at all: a job may have run where there is none. */
    public static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(Database.FILE));
    }

    /** Reads beside a gateway that may be running on the same folder; what it has not copied yet is not seen. */
    public static SqliteJobBook open(Path folder) throws IOException {
        try {
            return new SqliteJobBook(Database.reader(folder.resolve(Database.FILE)));
        } catch (SQLException e) {
            throw new IOException("cannot read the database: " + e.getMessage(), e);
        }
    }

    /** The job's runs with attempts from {@code from}, included, to {@code to}, not included; the oldest first. */
    public List<RunCost> runs(String job, Instant from, Instant to) {
        try (PreparedStatement query = connection.prepareStatement(RUNS)) {
            query.setLong(1, Values.nanos(from));
            query.setLong(2, Values.nanos(to));
            query.setString(3, job);
            List<RunCost> runs = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    runs.add(run(row));
                }
            }
            return runs;
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    private static RunCost run(ResultSet row) throws SQLException {
        return new RunCost(
                row.getString(1),
                instant(row.getLong(2)),
                instant(row.getLong(3)),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                new Money(row.getLong(9)),
                new Money(row.getLong(10)),
                row.getLong(11),
                row.getLong(12),
                row.getLong(13));
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
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
