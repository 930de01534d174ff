package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Cell.Dimension;
import dev.sluice.ledger.book.Figure;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.Standing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Reads the sums of any stretch of time, cell by cell. For the reports' one thread. */
final class CellSums {

    private static final int FIGURES = CellRows.COUNT + 1;

    private static final Set<Dimension> EVERYTHING = EnumSet.allOf(Dimension.class);

    private final Connection connection;

    CellSums(Connection connection) {
        this.connection = connection;
    }

    /**
     * Sums of a stretch of time.
     *
     * @param from in nanoseconds since 1970, as {@code to}, which is not included
     * @param wanted what to tell apart; the fewer, the faster
     * @param figures what to add up; the fewer, the faster
     */
    Map<Cell, Figures> read(long from, long to, Set<Dimension> wanted, Set<Figure> figures) throws SQLException {
        long retained = Long.parseLong(Schema.single(connection, "SELECT before FROM retention"));
        Cover cover = Cover.of(from, to, retained);
        Map<Cell, Figures> sums = new HashMap<>();
        for (Cover.Span days : cover.days()) {
            add(sums, RollupTable.DAY, days, wanted, figures);
        }
        for (Cover.Span hours : cover.hours()) {
            add(sums, RollupTable.HOUR, hours, wanted, figures);
        }
        for (Cover.Span rows : cover.rows()) {
            each(
                    rows.from(),
                    rows.to(),
                    "",
                    (attempt, standing) -> sums.computeIfAbsent(
                                    Cell.of(attempt, standing).only(wanted), _ -> new Figures())
                            .add(Figures.of(attempt, standing)));
        }
        return sums;
    }

    private void add(Map<Cell, Figures> sums, int width, Cover.Span span, Set<Dimension> wanted, Set<Figure> figures)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(query(wanted, figures))) {
            query.setInt(1, RollupTable.COARSE_CELLS.containsAll(wanted) ? RollupTable.COARSE : RollupTable.FINE);
            query.setInt(2, width);
            query.setLong(3, span.from());
            query.setLong(4, span.to());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Figures sum = sums.computeIfAbsent(CellRows.read(row), _ -> new Figures());
                    int column = FIGURES;
                    for (Figure figure : figures) {
                        sum.add(figure, row.getLong(column++));
                    }
                }
            }
        }
    }

    /** First by cell, which is a number; only then are the few that are left told apart by name. */
    private static String query(Set<Dimension> wanted, Set<Figure> figures) {
        String names = CellRows.ORDER.stream()
                .map(dimension -> (wanted.contains(dimension) ? "" : "'' AS ") + CellRows.column(dimension))
                .collect(Collectors.joining(", "));
        String cells = "(SELECT cell AS id, " + columns("sum(%s) AS r_%s", figures)
                + " FROM rollup WHERE grain = ? AND width = ? AND start >= ? AND start < ? GROUP BY cell) "
                + "JOIN cell USING (id)";
        if (wanted.containsAll(EVERYTHING)) {
            return "SELECT " + names + ", state, estimated, " + columns("r_%s", figures) + " FROM " + cells;
        }
        String told = wanted.stream()
                .map(dimension -> CellRows.column(dimension) + ", ")
                .collect(Collectors.joining());
        return "SELECT " + names + ", state, estimated, " + columns("sum(r_%s)", figures) + " FROM " + cells
                + " GROUP BY " + told + "state, estimated";
    }

    private static String columns(String shape, Set<Figure> figures) {
        return figures.stream()
                .map(figure -> shape.replace("%s", RollupTable.column(figure)))
                .collect(Collectors.joining(", "));
    }

    /**
     * Shows every attempt as it stands.
     *
     * @param which a further condition, with its AND; "" for none
     */
    void each(long from, long to, String which, BiConsumer<Attempt, Standing> then) throws SQLException {
        Map<String, List<Amendment>> amendments = AmendmentRows.within(connection, from, to);
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT " + Rows.COLUMNS + " FROM attempt WHERE at >= ? AND at < ?" + which)) {
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
}
