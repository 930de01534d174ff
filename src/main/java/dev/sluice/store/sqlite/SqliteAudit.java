package dev.sluice.store.sqlite;

import dev.sluice.ledger.book.AccountName;
import dev.sluice.ledger.book.Audit;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figure;
import dev.sluice.ledger.book.Figures;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks the whole book, reading only, beside a gateway that may be running: one transaction sees one moment. It reads
 * every row, so a large book takes minutes, in which the write-ahead log grows.
 */
public final class SqliteAudit {
    private static final String BOOKLESS = "SELECT attempt_id FROM attempt WHERE attempt_id NOT IN "
            + "(SELECT attempt_id FROM entry) AND (state = 'SETTLED' AND coalesce(cost, 0) <> 0 "
            + "OR state = 'IN_DOUBT' AND coalesce(bound, 0) <> 0 OR saved_own_cache <> 0 "
            + "OR saved_provider_cache <> 0 OR saved_routing <> 0 AND baseline <> '' AND cost_kind <> 'UNPRICED') "
            + "ORDER BY at LIMIT 1";
    private static final String UNBOOKED = "SELECT attempt_id || ' ' || id FROM amendment WHERE NOT EXISTS (SELECT 1 "
            + "FROM entry WHERE entry.attempt_id = amendment.attempt_id AND entry.amendment = amendment.id) "
            + "AND EXISTS (SELECT 1 FROM attempt WHERE attempt.attempt_id = amendment.attempt_id) LIMIT 1";
    private static final String WAITING = "SELECT count(*) FROM amendment WHERE NOT EXISTS "
            + "(SELECT 1 FROM attempt WHERE attempt.attempt_id = amendment.attempt_id)";

    private final Connection connection;
    private final Audit.Progress progress;
    private final List<String> wrong = new ArrayList<>();

    private SqliteAudit(Connection connection, Audit.Progress progress) {
        this.connection = connection;
        this.progress = progress;
    }

    /** @throws IOException where there is no database that this version can read */
    public static Audit run(Path folder, Audit.Progress progress) throws IOException {
        try (Connection connection = Database.reader(folder.resolve(Database.FILE))) {
            int version = Schema.version(connection);
            if (version != Schema.VERSION) {
                throw new IOException("the database has schema " + version + ", not " + Schema.VERSION
                        + (version < Schema.VERSION ? ": start the gateway once, it brings it up to date" : ""));
            }
            connection.setAutoCommit(false);
            return new SqliteAudit(connection, progress).run();
        } catch (SQLException e) {
            throw new IOException("the database cannot be read: " + e.getMessage(), e);
        }
    }

    private Audit run() throws SQLException {
        progress.at("pages", 0);
        String pages = Schema.single(connection, "PRAGMA integrity_check(1)");
        if (!pages.equals("ok")) {
            wrong.add("the database file is damaged: " + pages);
        }
        long retained = Long.parseLong(Schema.single(connection, "SELECT before FROM retention"));
        try (ChainAudit chain = new ChainAudit(connection, retained, progress);
                RowAudit rows = new RowAudit(connection, retained, progress)) {
            Optional<String> broken = chain.run();
            broken.ifPresent(wrong::add);
            rows.run().ifPresent(wrong::add);
            if (broken.isEmpty()) {
                complete(chain, rows);
                accounts(chain);
                rollups();
            }
            return new Audit(wrong, chain.entries(), rows.attempts(), number(WAITING), chain.head(), stored());
        }
    }

    /** Whether everything that should be in the chain is: it might have been cut off at its end. */
    private void complete(ChainAudit chain, RowAudit rows) throws SQLException {
        if (rows.booked() != chain.attempts()) {
            wrong.add("attempt " + Schema.single(connection, BOOKLESS) + " has money but no entry");
        }
        if (number("SELECT count(*) FROM amendment") - number(WAITING) != chain.amendments()) {
            wrong.add("amendment " + Schema.single(connection, UNBOOKED) + " has no entry");
        }
    }

    /** Each account against its transfers, and all together. */
    private void accounts(ChainAudit chain) throws SQLException {
        Map<String, ChainAudit.Figured> expected = new HashMap<>(chain.accounts());
        long debits = 0;
        long credits = 0;
        for (Audit.Account account : stored()) {
            debits = Figures.sum(debits, account.debits());
            credits = Figures.sum(credits, account.credits());
            ChainAudit.Figured sums =
                    Optional.ofNullable(expected.remove(account.name())).orElseGet(ChainAudit.Figured::new);
            if (account.debits() != sums.debits() || account.credits() != sums.credits()) {
                wrong.add("account " + account.name() + ": it says $" + dollars(account.debits()) + " debit and $"
                        + dollars(account.credits()) + " credit, but its entries add up to $" + dollars(sums.debits())
                        + " and $" + dollars(sums.credits()));
                return;
            }
        }
        expected.keySet().stream().findFirst().ifPresent(name -> wrong.add("account " + name + " is missing"));
        if (debits != credits) {
            wrong.add(
                    "the trial balance is not zero: $" + dollars(debits) + " debit, $" + dollars(credits) + " credit");
        }
    }

    /** The sums of all times against the accounts: they are kept for ever, so retention changes nothing here. */
    private void rollups() throws SQLException {
        Map<String, Long> sums = new HashMap<>();
        String query = "SELECT " + CellRows.COLUMNS + ", " + RollupTable.columns("sum(%s)")
                + " FROM rollup JOIN cell ON cell.id = rollup.cell WHERE grain = 0 AND width = " + RollupTable.DAY
                + " GROUP BY cell.id";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                add(sums, CellRows.read(row), CellRows.figures(row, CellRows.COUNT + 1));
            }
        }
        for (Audit.Account account : stored()) {
            long balance = account.debits() - account.credits();
            long sum = Optional.ofNullable(sums.remove(account.name())).orElse(0L);
            if (balance != sum) {
                wrong.add("the sums of all days add up to $" + dollars(sum) + " for the account " + account.name()
                        + ", whose balance is $" + dollars(balance));
                return;
            }
        }
        sums.forEach((name, sum) -> {
            if (sum != 0) {
                wrong.add("the sums of all days add up to $" + dollars(sum) + " for " + name + ", which is no account");
            }
        });
    }

    /** Debit balances are above zero. */
    private static void add(Map<String, Long> sums, Cell cell, Figures figures) {
        Caller payer = new Caller(cell.key(), cell.tenant(), cell.team(), "", "", "", "", "");
        long cost = figures.get(Figure.COST);
        long doubt = figures.get(Figure.DOUBT);
        sums.merge(AccountName.spend(payer), cost, Figures::sum);
        sums.merge(AccountName.payable(cell.provider()), -cost, Figures::sum);
        sums.merge(AccountName.doubt(payer), doubt, Figures::sum);
        sums.merge(AccountName.claim(cell.provider()), -doubt, Figures::sum);
        saved(sums, AccountName.SAVED_OWN_CACHE, figures.get(Figure.SAVED_OWN_CACHE));
        saved(sums, AccountName.SAVED_PROVIDER_CACHE, figures.get(Figure.SAVED_PROVIDER_CACHE));
        saved(sums, AccountName.SAVED_ROUTING, figures.get(Figure.SAVED_ROUTING));
    }

    private static Money dollars(long nanos) {
        return new Money(nanos);
    }

    private static void saved(Map<String, Long> sums, String account, long amount) {
        sums.merge(account, amount, Figures::sum);
        sums.merge(AccountName.SAVINGS, -amount, Figures::sum);
    }

    private List<Audit.Account> stored() throws SQLException {
        List<Audit.Account> accounts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT name, debits, credits FROM account ORDER BY name")) {
            while (row.next()) {
                accounts.add(new Audit.Account(row.getString(1), row.getLong(2), row.getLong(3)));
            }
        }
        return accounts;
    }

    private long number(String query) throws SQLException {
        return Long.parseLong(Schema.single(connection, query));
    }
}
