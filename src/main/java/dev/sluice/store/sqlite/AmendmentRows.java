package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Outcome;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** An amendment as a row, and back. */
final class AmendmentRows {
    static final String INSERT =
            "INSERT INTO amendment (attempt_id, id, at, state, cost_kind, cost, input, cache_read, "
                    + "cache_write, output, reasoning, estimated, charged, price_version, why) "
                    + "VALUES (" + "?, ".repeat(14) + "?) ON CONFLICT (attempt_id, id) DO NOTHING";

    private AmendmentRows() {}

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

    static Amendment read(ResultSet row) throws SQLException {
        return new Amendment(
                row.getString("attempt_id"),
                row.getString("id"),
                Values.instant(row.getLong("at")),
                Outcome.State.valueOf(row.getString("state")),
                Values.cost(row),
                Values.usage(row),
                row.getString("price_version"),
                row.getString("why"));
    }
}
