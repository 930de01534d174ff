package dev.sluice.store.sqlite;

import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figure;
import dev.sluice.ledger.book.Figures;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A cell as a row, and back. */
final class CellRows {
    private static final String COLUMNS =
            "caller, model, user, job, agent, tenant, team, tier, provider, state, estimated";
    private static final String MATCH = "caller = ? AND model = ? AND user = ? AND job = ? AND agent = ? "
            + "AND tenant = ? AND team = ? AND tier = ? AND provider = ? AND state = ? AND estimated = ?";

    static final String FIND = "SELECT id FROM cell WHERE " + MATCH;
    static final String MAKE = "INSERT INTO cell (" + COLUMNS + ") VALUES (" + "?, ".repeat(10) + "?) RETURNING id";

    private CellRows() {}

    static String column(Cell.Dimension dimension) {
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

    static Cell read(ResultSet row) throws SQLException {
        return new Cell(
                row.getString("tenant"),
                row.getString("team"),
                row.getString("user"),
                row.getString("caller"),
                row.getString("tier"),
                row.getString("job"),
                row.getString("agent"),
                row.getString("provider"),
                row.getString("model"),
                Outcome.State.valueOf(row.getString("state")),
                row.getBoolean("estimated"));
    }

    /** The sums that stand in columns of the figures' names. */
    static Figures figures(ResultSet row) throws SQLException {
        Figures figures = new Figures();
        for (Figure figure : Figure.values()) {
            figures.add(figure, row.getLong(RollupTable.column(figure)));
        }
        return figures;
    }
}
