package dev.sluice.store.sqlite;

import dev.sluice.ledger.Attempt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Books the attempts of a database from before there was a book, in the order in which they came. */
final class Backfill {
    private static final int PAGE = 5000;

    private Backfill() {}

    /** Within the caller's transaction. */
    static void run(Connection connection) throws SQLException {
        try (Bookkeeper bookkeeper = new Bookkeeper(connection);
                PreparedStatement query = connection.prepareStatement("SELECT place, " + Rows.COLUMNS
                        + " FROM attempt WHERE place > ? ORDER BY place LIMIT " + PAGE)) {
            long last = Long.MIN_VALUE;
            List<Attempt> page = new ArrayList<>();
            do {
                page.clear();
                query.setLong(1, last);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        last = row.getLong(1);
                        page.add(Rows.read(row, 1));
                    }
                }
                for (Attempt attempt : page) {
                    bookkeeper.book(attempt);
                }
                bookkeeper.flush();
            } while (!page.isEmpty());
        }
    }
}
