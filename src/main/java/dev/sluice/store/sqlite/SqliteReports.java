package dev.sluice.store.sqlite;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Reports;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Spent;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Money;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reports over the archive, read on a thread and a read-only connection of their own: a native call would hold the
 * carrier of a virtual thread.
 */
public final class SqliteReports implements Reports, AutoCloseable {
    private static final int WAITING = 32;
    private static final String SETTLED = "state = 'SETTLED'";
    private static final String SUMS = "count(*), count(*) FILTER (WHERE " + SETTLED + "), "
            + "count(*) FILTER (WHERE state = 'IN_DOUBT'), "
            + "count(*) FILTER (WHERE cost_kind = 'UNPRICED' AND state <> 'VOIDED'), "
            + "count(*) FILTER (WHERE estimated = 1), "
            + "coalesce(sum(iif(" + SETTLED + ", cost, 0)), 0), "
            + "coalesce(sum(iif(" + SETTLED + " AND estimated = 1, cost, 0)), 0), "
            + "coalesce(sum(iif(state = 'IN_DOUBT', bound, 0)), 0), "
            + "coalesce(sum(input), 0), coalesce(sum(cache_read), 0), coalesce(sum(output), 0)";

    private static final String IN_DOUBT = "SELECT * FROM attempt WHERE state = 'IN_DOUBT' AND NOT EXISTS "
            + "(SELECT 1 FROM amendment WHERE amendment.attempt_id = attempt.attempt_id) ORDER BY at LIMIT ?";

    private final Connection connection;
    private final ThreadPoolExecutor thread;

    private SqliteReports(Connection connection) {
        this.connection = connection;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("reports").factory());
    }

    /** The database must be there: open the archive first. */
    public static SqliteReports open(DataFolder folder) throws IOException {
        return open(folder.path());
    }

    /** Reads beside a gateway that may be running on the same folder; what it has not copied yet is not seen. */
    public static SqliteReports open(Path folder) throws IOException {
        try {
            return new SqliteReports(Database.reader(folder.resolve(Database.FILE)));
        } catch (SQLException e) {
            throw new IOException("cannot read the database: " + e.getMessage(), e);
        }
    }

    @Override
    public Spending total(Instant from, Instant to) {
        return ask(() -> sums("'all'", "", "all", from, to)).getFirst();
    }

    @Override
    public List<Spending> by(By what, Instant from, Instant to) {
        String column = switch (what) {
            case PROVIDER -> "provider";
            case MODEL -> "model";
            case JOB -> "job";
            case RUN -> "run";
            case CALLER -> "caller";
            case STATE -> "state";
        };
        return ask(() -> sums(column, " GROUP BY 1 ORDER BY 7 DESC, 9 DESC, 1", "", from, to));
    }

    @Override
    public List<Spending> byDay(LocalDate first, LocalDate last, ZoneId zone) {
        return ask(() -> {
            List<Spending> days = new ArrayList<>();
            for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
                Instant from = day.atStartOfDay(zone).toInstant();
                Instant to = day.plusDays(1).atStartOfDay(zone).toInstant();
                days.addAll(sums("''", "", day.toString(), from, to));
            }
            return days;
        });
    }

    @Override
    public List<Spent> spent(Instant from, Instant to) {
        return ask(() -> SpentRows.read(connection, bounded(from), bounded(to)));
    }

    @Override
    public List<Attempt> inDoubt(int most) {
        return ask(() -> {
            try (PreparedStatement query = connection.prepareStatement(IN_DOUBT)) {
                query.setInt(1, most);
                return attempts(query);
            }
        });
    }

    @Override
    public List<Attempt> ofRequest(String requestId) {
        return ask(() -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT * FROM attempt WHERE request_id = ? ORDER BY number, at")) {
                query.setString(1, requestId);
                return attempts(query);
            }
        });
    }

    private static List<Attempt> attempts(PreparedStatement query) throws SQLException {
        List<Attempt> attempts = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                attempts.add(Rows.read(row));
            }
        }
        return attempts;
    }

    /** @param fixedName the lines' name where {@code column} does not give one */
    private List<Spending> sums(String column, String grouping, String fixedName, Instant from, Instant to)
            throws SQLException {
        String text = "SELECT " + column + ", " + SUMS + " FROM attempt WHERE at >= ? AND at < ?" + grouping;
        try (PreparedStatement query = connection.prepareStatement(text)) {
            query.setLong(1, bounded(from));
            query.setLong(2, bounded(to));
            List<Spending> lines = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    lines.add(spending(fixedName.isEmpty() ? row.getString(1) : fixedName, row));
                }
            }
            return lines;
        }
    }

    private static Spending spending(String name, ResultSet row) throws SQLException {
        return new Spending(
                name,
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                new Money(row.getLong(7)),
                new Money(row.getLong(8)),
                new Money(row.getLong(9)),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12));
    }

    /** Nanoseconds reach from 1677 to 2262; nothing was booked outside. */
    private static long bounded(Instant at) {
        try {
            return Values.nanos(at);
        } catch (ArithmeticException _) {
            return at.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private <T> T ask(Callable<T> question) {
        try {
            Future<T> answer = thread.submit(question);
            return answer.get();
        } catch (RejectedExecutionException _) {
            throw new GatewayException(
                    new Failure.Busy("too many reports are being made; ask again", Duration.ofSeconds(1)));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new GatewayException(new Failure.ClientGone());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the database cannot be read", e.getCause());
        }
    }

    @Override
    public void close() throws IOException {
        thread.close();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
