package dev.sluice.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/**
 * Rows that are kept once and known by a number: finds it, or makes the row and gives it one. For the writer's one
 * thread.
 */
final class Numbers<K> implements AutoCloseable {
    /** So many are remembered. */
    static final int REMEMBERED = 20_000;

    private final PreparedStatement find;
    private final PreparedStatement make;
    private final Binder<K> binder;
    private final Map<K, Long> known = new Lately<>(REMEMBERED);

    /** Binds what tells a row from others to the parameters of both statements. */
    @FunctionalInterface
    interface Binder<K> {
        void bind(PreparedStatement statement, K key) throws SQLException;
    }

    /**
     * For one table.
     *
     * @param find the query for the number
     * @param make inserts and returns the number
     */
    Numbers(Connection connection, String find, String make, Binder<K> binder) throws SQLException {
        this.find = connection.prepareStatement(find);
        this.make = connection.prepareStatement(make);
        this.binder = binder;
    }

    long of(K key) throws SQLException {
        Long remembered = known.get(key);
        if (remembered != null) {
            return remembered;
        }
        long number = read(key);
        known.put(key, number);
        return number;
    }

    private long read(K key) throws SQLException {
        binder.bind(find, key);
        try (ResultSet row = find.executeQuery()) {
            if (row.next()) {
                return row.getLong(1);
            }
        }
        binder.bind(make, key);
        try (ResultSet row = make.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Forgets what the database may not have. */
    void reset() {
        known.clear();
    }

    @Override
    public void close() throws SQLException {
        find.close();
        make.close();
    }
}
