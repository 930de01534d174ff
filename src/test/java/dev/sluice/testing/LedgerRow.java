package dev.sluice.testing;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of the ledger's table, read without the gateway's own code.
 *
 * @param cost in nano-dollars; -1 where there is none
 * @param bound in nano-dollars; -1 where there is none
 * @param input tokens; -1 where not known
 */
public record LedgerRow(
        String attemptId,
        String requestId,
        int number,
        String askedModel,
        String provider,
        String model,
        String state,
        String costKind,
        long cost,
        long bound,
        long input,
        long cached,
        long output,
        boolean estimated,
        int status,
        String how,
        String decision,
        String priceVersion) {

    public boolean settled() {
        return state.equals("SETTLED");
    }

    /** All rows in the order of their requests and attempts. */
    public static List<LedgerRow> all(Path data) {
        String url = "jdbc:sqlite:" + data.resolve("sluice.db");
        List<LedgerRow> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM attempt ORDER BY request_id, number")) {
            while (row.next()) {
                rows.add(read(row));
            }
        } catch (SQLException e) {
            throw new AssertionError("the ledger cannot be read", e);
        }
        return rows;
    }

    private static LedgerRow read(ResultSet row) throws SQLException {
        return new LedgerRow(
                row.getString("attempt_id"),
                row.getString("request_id"),
                row.getInt("number"),
                row.getString("asked_model"),
                row.getString("provider"),
                row.getString("model"),
                row.getString("state"),
                row.getString("cost_kind"),
                orMinusOne(row, "cost"),
                orMinusOne(row, "bound"),
                orMinusOne(row, "input"),
                orMinusOne(row, "cache_read"),
                orMinusOne(row, "output"),
                row.getBoolean("estimated"),
                row.getInt("status"),
                row.getString("how"),
                row.getString("decision"),
                row.getString("price_version"));
    }

    private static long orMinusOne(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? -1 : value;
    }
}
