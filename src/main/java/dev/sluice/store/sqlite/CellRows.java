package dev.sluice.store.sqlite;

import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Cell.Dimension;
import dev.sluice.ledger.book.Figure;
import dev.sluice.ledger.book.Figures;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** A cell as a row, and back. */
final class CellRows {
    /** In which order their columns stand; state and estimated come behind. */
    static final List<Dimension> ORDER = List.of(
            Dimension.KEY,
            Dimension.MODEL,
            Dimension.USER,
            Dimension.JOB,
            Dimension.AGENT,
            Dimension.TENANT,
            Dimension.TEAM,
            Dimension.TIER,
            Dimension.PROVIDER);

    static final String COLUMNS = "caller, model, user, job, agent, tenant, team, tier, provider, state, estimated";

    /** How many these are. */
    static final int COUNT = 11;

    private static final String MATCH = "caller = ? AND model = ? AND user = ? AND job = ? AND agent = ? "
            + "AND tenant = ? AND team = ? AND tier = ? AND provider = ? AND state = ? AND estimated = ?";

    static final String FIND = "SELECT id FROM cell WHERE " + MATCH;
    static final String MAKE = "INSERT INTO cell (" + COLUMNS + ") VALUES (" + "?, ".repeat(10) + "?) RETURNING id";

    /** What a sum belongs to whose cell was removed: equal to none that an attempt has. */
    static final Cell GONE = new Cell("?", "?", "?", "?", "?", "?", "?", "?", "?", Outcome.State.VOIDED, true);

    private CellRows() {}

    static String column(Dimension dimension) {
        return switch (dimension) {
            case TENANT -> "tenant";
            case TEAM -> "team";
            case USER -> "user";
            case KEY -> "caller";
            case TIER -> "tier";
            case JOB -> "job";
            case AGENT -> "agent";
            case PROVIDER -> "provider";
            case MODEL -> "model";
        };
    }

    static void bind(PreparedStatement statement, Cell cell) throws SQLException {
        statement.setString(1, cell.key());
        statement.setString(2, cell.model());
        statement.setString(3, cell.user());
        statement.setString(4, cell.job());
        statement.setString(5, cell.agent());
        statement.setString(6, cell.tenant());
        statement.setString(7, cell.team());
        statement.setString(8, cell.tier());
        statement.setString(9, cell.provider());
        statement.setString(10, cell.state().name());
        statement.setBoolean(11, cell.estimated());
    }

    /** @param row of a query for {@link #COLUMNS} */
    static Cell read(ResultSet row) throws SQLException {
        return new Cell(
                row.getString(6),
                row.getString(7),
                row.getString(3),
                row.getString(1),
                row.getString(8),
                row.getString(4),
                row.getString(5),
                row.getString(9),
                row.getString(2),
                Outcome.State.valueOf(row.getString(10)),
                row.getBoolean(11));
    }

    /** The sums of all figures in their order, from column {@code first} on. */
    static Figures figures(ResultSet row, int first) throws SQLException {
        Figures figures = new Figures();
        int column = first;
        for (Figure figure : Figure.values()) {
            figures.add(figure, row.getLong(column++));
        }
        return figures;
    }
}
