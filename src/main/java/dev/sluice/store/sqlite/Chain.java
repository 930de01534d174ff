package dev.sluice.store.sqlite;

import dev.sluice.ledger.book.Transfer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Writes entries, each chained to the one before. For the writer's one thread. */
final class Chain implements AutoCloseable {
    /** What the first entry is chained to. */
    static final byte[] BEGINNING = new byte[Canon.SIZE];

    private static final int CHUNK = 500;

    private final Connection connection;
    private final AccountTable accounts;
    private final PreparedStatement insert;
    private final Canon canon = new Canon();
    private long seq;
    private byte[] hash = BEGINNING;
    private int waiting;

    Chain(Connection connection) throws SQLException {
        this.connection = connection;
        this.accounts = new AccountTable(connection);
        this.insert = connection.prepareStatement("INSERT INTO entry (seq, kind, attempt_id, amendment, at, debit, "
                + "credit, amount, price_version, digest, hash) VALUES (" + "?, ".repeat(10) + "?)");
        load();
    }

    private void load() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1")) {
            boolean isThere = row.next();
            seq = isThere ? row.getLong(1) : 0;
            hash = isThere ? row.getBytes(2) : BEGINNING;
        }
    }

    Canon canon() {
        return canon;
    }

    void append(Transfer transfer, Canon.Source source) throws SQLException {
        seq++;
        hash = canon.hash(hash, seq, transfer, source);
        long amount = transfer.amount().nanos();
        insert.setLong(1, seq);
        insert.setString(2, transfer.kind().name());
        insert.setString(3, source.attemptId());
        insert.setString(4, source.amendment());
        insert.setLong(5, source.at());
        insert.setLong(6, accounts.debit(transfer.debit(), amount));
        insert.setLong(7, accounts.credit(transfer.credit(), amount));
        insert.setLong(8, amount);
        insert.setString(9, source.priceVersion());
        insert.setBytes(10, source.digest());
        insert.setBytes(11, hash);
        insert.addBatch();
        if (++waiting == CHUNK) {
            write();
        }
    }

    private void write() throws SQLException {
        if (waiting > 0) {
            insert.executeBatch();
            waiting = 0;
        }
    }

    /** Everything appended is in the database, if its transaction ends well. */
    void flush() throws SQLException {
        write();
        accounts.flush();
    }

    /** Goes back to what the database has. */
    void reset() throws SQLException {
        insert.clearBatch();
        waiting = 0;
        accounts.reset();
        load();
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        accounts.close();
    }
}
