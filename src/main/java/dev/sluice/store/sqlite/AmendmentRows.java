package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Outcome;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** An amendment as a row, and back. */
final class AmendmentRows {
    /** In the order in which they are bound and read. */
    static final String COLUMNS = "amendment.attempt_id, id, amendment.at, amendment.state, amendment.cost_kind, "
            + "amendment.cost, amendment.input, amendment.cache_read, amendment.cache_write, amendment.output, "
            + "amendment.reasoning, amendment.estimated, amendment.charged, amendment.price_version, why";

    static final String INSERT = "INSERT INTO amendment (" + COLUMNS.replace("amendment.", "") + ") VALUES ("
            + "?, ".repeat(14) + "?) ON CONFLICT (attempt_id, id) DO NOTHING";

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
