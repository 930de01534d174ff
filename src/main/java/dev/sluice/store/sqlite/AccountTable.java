package dev.sluice.store.sqlite;

import dev.sluice.ledger.book.Figures;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The accounts and their sums: few, so all that were used stay in memory. For the writer's one thread. */
final class AccountTable implements AutoCloseable {
    private final PreparedStatement find;
    private final PreparedStatement make;
    private final PreparedStatement save;
    private final Map<String, Account> accounts = new HashMap<>();
    private final Set<Account> moved = new LinkedHashSet<>();

    private static final class Account {
        private final long id;
        private long debits;
        private long credits;

        private Account(long id, long debits, long credits) {
            this.id = id;
            this.debits = debits;
            this.credits = credits;
        }
    }

    AccountTable(Connection connection) throws SQLException {
        find = connection.prepareStatement("SELECT id, debits, credits FROM account WHERE name = ?");
        make = connection.prepareStatement("INSERT INTO account (name) VALUES (?)");
        save = connection.prepareStatement("UPDATE account SET debits = ?, credits = ? WHERE id = ?");
    }

    /** @return the account's id */
    long debit(String name, long amount) throws SQLException {
        Account account = account(name);
        account.debits = Figures.sum(account.debits, amount);
        moved.add(account);
        return account.id;
    }

    /** @return the account's id */
    long credit(String name, long amount) throws SQLException {
        Account account = account(name);
        account.credits = Figures.sum(account.credits, amount);
        moved.add(account);
        return account.id;
    }

    private Account account(String name) throws SQLException {
        Account known = accounts.get(name);
        if (known != null) {
            return known;
        }
        Account account = read(name);
        accounts.put(name, account);
        return account;
    }

    private Account read(String name) throws SQLException {
        find.setString(1, name);
        try (ResultSet row = find.executeQuery()) {
            if (row.next()) {
                return new Account(row.getLong(1), row.getLong(2), row.getLong(3));
            }
        }
        make.setString(1, name);
        make.executeUpdate();
        return read(name);
    }

    /** Writes what has moved. */
    void flush() throws SQLException {
        for (Account account : moved) {
            save.setLong(1, account.debits);
            save.setLong(2, account.credits);
            save.setLong(3, account.id);
            save.executeUpdate();
        }
        moved.clear();
    }

    /** Forgets what the database does not have. */
    void reset() {
        accounts.clear();
        moved.clear();
    }

    @Override
    public void close() throws SQLException {
        find.close();
        make.close();
        save.close();
    }
}
