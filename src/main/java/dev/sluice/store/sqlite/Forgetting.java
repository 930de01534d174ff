package dev.sluice.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Removes the rows of old attempts, by the only road that the triggers leave open. */
final class Forgetting {
    private static final String OLD = "SELECT attempt_id FROM attempt WHERE at < ? AND NOT (state = 'IN_DOUBT' AND NOT "
            + "EXISTS (SELECT 1 FROM amendment WHERE amendment.attempt_id = attempt.attempt_id)) ORDER BY at LIMIT ?";

    private Forgetting() {}

    /**
     * Within the caller's transaction, in which the mark is set.
     *
     * @return how many attempts were removed
     */
    static int run(Connection connection, long before, int most) throws SQLException {
        List<String> old = old(connection, before, most);
        // Amendments first: without its attempt nobody could tell how old one is.
        remove(connection, "DELETE FROM amendment WHERE attempt_id = ?", old);
        remove(connection, "DELETE FROM attempt_row WHERE attempt_id = ?", old);
        return old.size();
    }

    private static List<String> old(Connection connection, long before, int most) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(OLD)) {
            query.setLong(1, before);
            query.setInt(2, most);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(row.getString(1));
                }
            }
        }
        return found;
    }

    private static void remove(Connection connection, String command, List<String> attemptIds) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(command)) {
            for (String attemptId : attemptIds) {
                delete.setString(1, attemptId);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }
}
