package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.book.AccountName;
import dev.sluice.ledger.book.Posting;
import dev.sluice.ledger.book.Standing;
import dev.sluice.ledger.book.Transfer;
import dev.sluice.model.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Books rows that are new: their transfers and their sums, in the transaction that brings the rows. For the writer's
 * one thread.
 */
final class Bookkeeper implements AutoCloseable {
    private static final String WAITING = "SELECT DISTINCT attempt_id FROM amendment WHERE NOT EXISTS "
            + "(SELECT 1 FROM attempt WHERE attempt.attempt_id = amendment.attempt_id)";

    private final Connection connection;
    private final Chain chain;
    private final RollupTable rollups;
    private final PreparedStatement attempt;
    private final PreparedStatement amendments;
    /** Attempts of which something was said before their row came. */
    private final Set<String> waiting = new HashSet<>();

    Bookkeeper(Connection connection) throws SQLException {
        this.connection = connection;
        this.chain = new Chain(connection);
        this.rollups = new RollupTable(connection);
        this.attempt = connection.prepareStatement("SELECT " + Rows.COLUMNS + " FROM attempt WHERE attempt_id = ?");
        this.amendments =
                connection.prepareStatement("SELECT " + AmendmentRows.COLUMNS + " FROM amendment WHERE attempt_id = ?");
        loadWaiting();
    }

    private void loadWaiting() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WAITING)) {
            while (row.next()) {
                waiting.add(row.getString(1));
            }
        }
    }

    /** @param fresh has just become a row */
    void book(Attempt fresh) throws SQLException {
        List<Transfer> transfers = Posting.of(fresh);
        byte[] digest = chain.canon().digest(fresh);
        append(transfers, fresh, "", fresh.intent().priceVersion(), digest);
        rollups.add(Values.nanos(fresh.intent().at()), Standing.of(fresh), fresh, digest);
        if (!waiting.isEmpty() && waiting.remove(fresh.intent().attemptId())) {
            catchUp(fresh);
        }
    }

    private void catchUp(Attempt late) throws SQLException {
        List<Amendment> before = new ArrayList<>();
        for (Amendment amendment : AmendmentRows.of(late.intent().attemptId(), amendments)) {
            amend(late, List.copyOf(before), amendment);
            before.add(amendment);
        }
    }

    /** @param fresh has just become a row */
    void book(Amendment fresh) throws SQLException {
        Optional<Attempt> found = find(fresh.attemptId());
        if (found.isEmpty()) {
            waiting.add(fresh.attemptId());
            return;
        }
        List<Amendment> before = AmendmentRows.of(fresh.attemptId(), amendments).stream()
                .filter(amendment -> !amendment.id().equals(fresh.id()))
                .toList();
        amend(found.get(), before, fresh);
    }

    private void amend(Attempt attempt, List<Amendment> earlier, Amendment amendment) throws SQLException {
        List<Amendment> all = new ArrayList<>(earlier);
        all.add(amendment);
        Standing before = Standing.of(attempt, earlier);
        Standing after = Standing.of(attempt, all);
        append(
                Posting.amended(attempt, before, after),
                attempt,
                amendment.id(),
                amendment.priceVersion(),
                chain.canon().digest(amendment));
        byte[] digest = chain.canon().digest(attempt);
        long at = Values.nanos(attempt.intent().at());
        rollups.subtract(at, before, attempt, digest);
        rollups.add(at, after, attempt, digest);
    }

    private void append(List<Transfer> transfers, Attempt attempt, String amendment, String priceVersion, byte[] digest)
            throws SQLException {
        Canon.Source source = new Canon.Source(
                attempt.intent().attemptId(),
                amendment,
                Values.nanos(attempt.intent().at()),
                priceVersion,
                digest);
        for (Transfer transfer : transfers) {
            chain.append(transfer, source);
        }
    }

    /** Says in the chain that attempts from before this moment may be gone. */
    void retain(long before) throws SQLException {
        Transfer mark = new Transfer(Transfer.Kind.RETAIN, AccountName.RETENTION, AccountName.RETENTION, Money.ZERO);
        String word = "attempts before " + before + " may be removed";
        chain.append(mark, new Canon.Source("", "", before, "", chain.canon().digest(word)));
    }

    private Optional<Attempt> find(String attemptId) throws SQLException {
        attempt.setString(1, attemptId);
        try (ResultSet row = attempt.executeQuery()) {
            return row.next() ? Optional.of(Rows.read(row)) : Optional.empty();
        }
    }

    /** Everything booked is in the database, if its transaction ends well. */
    void flush() throws SQLException {
        chain.flush();
        rollups.flush();
    }

    /** Goes back to what the database has. */
    void reset() throws SQLException {
        chain.reset();
        rollups.reset();
        waiting.clear();
        loadWaiting();
    }

    @Override
    public void close() throws SQLException {
        chain.close();
        rollups.close();
        attempt.close();
        amendments.close();
    }
}
