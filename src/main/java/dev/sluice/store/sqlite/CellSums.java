package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figure;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.Standing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Reads the sums of any stretch of time, cell by cell. For the reports' one thread. */
final class CellSums {
    private static final int KNOWN = 50_000;
    private static final String SUMS = "SELECT cell, " + RollupTable.columns("sum(%s)")
            + " FROM rollup WHERE width = ? AND start >= ? AND start < ? GROUP BY cell";
    private static final String AMENDMENTS = "SELECT amendment.* FROM amendment CROSS JOIN attempt USING (attempt_id) "
            + "WHERE attempt.at >= ? AND attempt.at < ?";

    private final Connection connection;
    private final Map<Long, Cell> cells = new Lately<>(KNOWN);

    CellSums(Connection connection) {
        this.connection = connection;
    }

    /** @param from in nanoseconds since 1970, as {@code to}, which is not included */
    Map<Cell, Figures> read(long from, long to) throws SQLException {
        long retained = Long.parseLong(Schema.single(connection, "SELECT before FROM retention"));
        Cover cover = Cover.of(from, to, retained);
        Map<Cell, Figures> sums = new HashMap<>();
        for (Cover.Span days : cover.days()) {
            add(sums, RollupTable.DAY, days);
        }
        for (Cover.Span hours : cover.hours()) {
            add(sums, RollupTable.HOUR, hours);
        }
        for (Cover.Span rows : cover.rows()) {
            each(
                    rows.from(),
                    rows.to(),
                    "",
                    (attempt, standing) -> sums.computeIfAbsent(Cell.of(attempt, standing), _ -> new Figures())
                            .add(Figures.of(attempt, standing)));
        }
        return sums;
    }

    private void add(Map<Cell, Figures> sums, int width, Cover.Span span) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SUMS)) {
            query.setInt(1, width);
            query.setLong(2, span.from());
            query.setLong(3, span.to());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Figures figures = sums.computeIfAbsent(cell(row.getLong(1)), _ -> new Figures());
                    int column = 2;
                    for (Figure figure : Figure.values()) {
                        figures.add(figure, row.getLong(column++));
                    }
                }
            }
        }
    }

    private Cell cell(long id) throws SQLException {
        Cell known = cells.get(id);
        if (known != null) {
            return known;
        }
        try (PreparedStatement query = connection.prepareStatement(CellRows.READ)) {
            query.setLong(1, id);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                Cell cell = CellRows.read(row);
                cells.put(id, cell);
                return cell;
            }
        }
    }

    /**
     * Shows every attempt as it stands.
     *
     * @param which a further condition, with its AND; "" for none
     */
    void each(long from, long to, String which, BiConsumer<Attempt, Standing> then) throws SQLException {
        Map<String, List<Amendment>> amendments = amendments(from, to);
        try (PreparedStatement query =
                connection.prepareStatement("SELECT * FROM attempt WHERE at >= ? AND at < ?" + which)) {
            query.setLong(1, from);
            query.setLong(2, to);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Attempt attempt = Rows.read(row);
                    then.accept(
                            attempt,
                            Standing.of(
                                    attempt,
                                    amendments.getOrDefault(attempt.intent().attemptId(), List.of())));
                }
            }
        }
    }

    private Map<String, List<Amendment>> amendments(long from, long to) throws SQLException {
        Map<String, List<Amendment>> amendments = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(AMENDMENTS)) {
            query.setLong(1, from);
            query.setLong(2, to);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Amendment amendment = AmendmentRows.read(row);
                    amendments
                            .computeIfAbsent(amendment.attemptId(), _ -> new ArrayList<>())
                            .add(amendment);
                }
            }
        }
        return amendments;
    }
}
