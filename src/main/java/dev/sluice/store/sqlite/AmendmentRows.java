package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An amendment as a row, and back. */
final class AmendmentRows {
    /** In the order in which they are bound and read. */
    static final String COLUMNS = "amendment.attempt_id, id, amendment.at, amendment.state, amendment.cost_kind, "
            + "amendment.cost, amendment.input, amendment.cache_read, amendment.cache_write, amendment.output, "
            + "amendment.reasoning, amendment.estimated, amendment.charged, amendment.price_version, why";

    static final String INSERT = "INSERT INTO amendment (" + COLUMNS.replace("amendment.", "") + ") VALUES ("
            + "?, ".repeat(14) + "?) ON CONFLICT (attempt_id, id) DO NOTHING";

    private static final String WITHIN = "SELECT " + COLUMNS
            + " FROM amendment CROSS JOIN attempt USING (attempt_id) WHERE attempt.at >= ? AND attempt.at < ?";

    private AmendmentRows() {}

    /** What was said later, by attempt, of those whose intents lie from {@code from} (included) to {@code to} (not). */
    static Map<String, List<Amendment>> within(Connection connection, long from, long to) throws SQLException {
        Map<String, List<Amendment>> amendments = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(WITHIN)) {
            query.setLong(1, from);
            query.setLong(2, to);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Amendment amendment = read(row);
                    amendments
                            .computeIfAbsent(amendment.attemptId(), _ -> new ArrayList<>())
                            .add(amendment);
                }
            }
        }
        return amendments;
    }

    /** What was said later of one attempt, in the order of the query. */
    static List<Amendment> of(String attemptId, PreparedStatement query) throws SQLException {
        List<Amendment> found = new ArrayList<>();
        query.setString(1, attemptId);
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                found.add(read(row));
            }
        }
        return found;
    }

    static void bind(PreparedStatement insert, Amendment amendment) throws SQLException {
        insert.setString(1, amendment.attemptId());
        insert.setString(2, amendment.id());
        insert.setLong(3, Values.nanos(amendment.at()));
        insert.setString(4, amendment.state().name());
        Values.bindCost(insert, 5, amendment.cost());
        Values.bindUsage(insert, 7, amendment.usage());
        insert.setString(14, amendment.priceVersion());
        insert.setString(15, amendment.why());
    }

    /** @param row of a query for {@link #COLUMNS} */
    static Amendment read(ResultSet row) throws SQLException {
        return new Amendment(
                row.getString(1),
                row.getString(2),
                Values.instant(row.getLong(3)),
                Outcome.State.valueOf(row.getString(4)),
                Values.cost(row, 5),
                Values.usage(row, 7),
                row.getString(14),
                row.getString(15));
    }
}
