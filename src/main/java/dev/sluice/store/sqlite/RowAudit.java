package dev.sluice.store.sqlite;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.book.Audit;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.Posting;
import dev.sluice.ledger.book.Standing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads all attempts in the order of their intents, adds them up anew and compares each hour and each day with its sums.
 * Only one day is in memory. What lies before the retention's mark has no rows to compare with.
 */
final class RowAudit implements AutoCloseable {
    private static final Figures NOTHING = new Figures();

    private final Connection connection;
    private final long retained;
    private final Audit.Progress progress;
    private final PreparedStatement sums;
    private final PreparedStatement cell;
    private final Map<Long, Cell> cells = new Lately<>(Numbers.REMEMBERED);
    private final PreparedStatement amendments;
    private final Canon canon = new Canon();
    private final Set<String> amended = new HashSet<>();
    private final Map<Cell, Figures> hour = new HashMap<>();
    private final Map<Cell, Figures> day = new HashMap<>();
    private long currentHour = Long.MIN_VALUE;
    private long attempts;
    private long booked;

    RowAudit(Connection connection, long retained, Audit.Progress progress) throws SQLException {
        this.connection = connection;
        this.retained = retained;
        this.progress = progress;
        sums = connection.prepareStatement("SELECT cell, " + RollupTable.columns("%s")
                + " FROM rollup WHERE grain = ? AND width = ? AND start = ?");
        cell = connection.prepareStatement("SELECT " + CellRows.COLUMNS + " FROM cell WHERE id = ?");
        amendments =
                connection.prepareStatement("SELECT " + AmendmentRows.COLUMNS + " FROM amendment WHERE attempt_id = ?");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT DISTINCT attempt_id FROM amendment")) {
            while (row.next()) {
                amended.add(row.getString(1));
            }
        }
    }

    /** @return the first thing that is wrong */
    Optional<String> run() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + Rows.COLUMNS + " FROM attempt ORDER BY at")) {
            while (row.next()) {
                Attempt attempt;
                try {
                    attempt = Rows.read(row);
                } catch (RuntimeException unreadable) { // Whatever somebody has put there, it is a finding.
                    return Optional.of("attempt " + row.getString(1) + " cannot be read: " + unreadable.getMessage());
                }
                Optional<String> wrong = take(attempt);
                if (wrong.isPresent()) {
                    return wrong;
                }
                progress.at("attempts", ++attempts);
            }
        }
        Optional<String> last = close(Long.MAX_VALUE);
        return last.isPresent() ? last : strangers();
    }

    private Optional<String> take(Attempt attempt) throws SQLException {
        String id = attempt.intent().attemptId();
        booked += Posting.of(attempt).isEmpty() ? 0 : 1;
        long at = Values.nanos(attempt.intent().at());
        if (at < retained) {
            return Optional.empty();
        }
        long itsHour = Math.floorDiv(at, RollupTable.HOUR_NANOS);
        Optional<String> wrong = itsHour == currentHour ? Optional.empty() : close(itsHour);
        Standing standing =
                amended.contains(id) ? Standing.of(attempt, AmendmentRows.of(id, amendments)) : Standing.of(attempt);
        hour.computeIfAbsent(Cell.of(attempt, standing), _ -> new Figures())
                .add(RollupTable.figures(attempt, standing, canon.digest(attempt)));
        return wrong;
    }

    /** Compares what has been added up, and goes on with another hour. */
    private Optional<String> close(long nextHour) throws SQLException {
        Optional<String> wrong = hour.isEmpty() ? Optional.empty() : compare(RollupTable.HOUR, currentHour, hour);
        hour.forEach(
                (cell, figures) -> day.computeIfAbsent(cell, _ -> new Figures()).add(figures));
        hour.clear();
        long itsDay = Math.floorDiv(currentHour, RollupTable.DAY);
        if (wrong.isEmpty() && !day.isEmpty() && itsDay != Math.floorDiv(nextHour, RollupTable.DAY)) {
            wrong = compare(RollupTable.DAY, itsDay * RollupTable.DAY, day);
            day.clear();
        }
        currentHour = nextHour;
        return wrong;
    }

    private Optional<String> compare(int width, long start, Map<Cell, Figures> expected) throws SQLException {
        Optional<String> wrong = compare(RollupTable.FINE, width, start, expected);
        if (wrong.isPresent()) {
            return wrong;
        }
        Map<Cell, Figures> coarse = new HashMap<>();
        expected.forEach(
                (cell, figures) -> coarse.computeIfAbsent(cell.only(RollupTable.COARSE_CELLS), _ -> new Figures())
                        .add(figures));
        return compare(RollupTable.COARSE, width, start, coarse);
    }

    private Optional<String> compare(int grain, int width, long start, Map<Cell, Figures> expected)
            throws SQLException {
        Set<Cell> unseen = new HashSet<>(expected.keySet());
        sums.setInt(1, grain);
        sums.setInt(2, width);
        sums.setLong(3, start);
        try (ResultSet row = sums.executeQuery()) {
            while (row.next()) {
                Cell found = cell(row.getLong(1));
                Figures written = CellRows.figures(row, 2);
                unseen.remove(found);
                Figures right = expected.getOrDefault(found, NOTHING);
                if (!written.equals(right)) {
                    return Optional.of(new Discrepancy(width, start, found, Optional.of(written), right).sentence());
                }
            }
        }
        return unseen.stream()
                .findFirst()
                .map(missed -> new Discrepancy(
                                width, start, missed, Optional.empty(), expected.getOrDefault(missed, NOTHING))
                        .sentence());
    }

    private Cell cell(long id) throws SQLException {
        Cell known = cells.get(id);
        if (known != null) {
            return known;
        }
        cell.setLong(1, id);
        try (ResultSet row = cell.executeQuery()) {
            Cell read = row.next() ? CellRows.read(row) : CellRows.GONE;
            cells.put(id, read);
            return read;
        }
    }

    /** Sums of hours in which no attempt lies. */
    private Optional<String> strangers() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT start FROM rollup WHERE width = 1 "
                + "AND start >= ? AND attempts <> 0 AND NOT EXISTS (SELECT 1 FROM attempt WHERE at >= start * "
                + RollupTable.HOUR_NANOS + " AND at < (start + 1) * " + RollupTable.HOUR_NANOS + ") LIMIT 1")) {
            query.setLong(1, Math.floorDiv(retained, RollupTable.HOUR_NANOS));
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of("the sum of " + Discrepancy.time(RollupTable.HOUR, row.getLong(1))
                                + " counts attempts that are not there")
                        : Optional.empty();
            }
        }
    }

    long attempts() {
        return attempts;
    }

    /** Attempts that must have an entry. */
    long booked() {
        return booked;
    }

    @Override
    public void close() throws SQLException {
        sums.close();
        cell.close();
        amendments.close();
    }
}
