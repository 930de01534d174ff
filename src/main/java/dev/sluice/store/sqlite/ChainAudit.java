package dev.sluice.store.sqlite;

import dev.sluice.ledger.book.Audit;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.Transfer;
import dev.sluice.model.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Walks the chain from its first entry, computes every hash and every digest anew, and adds up the accounts. */
final class ChainAudit implements AutoCloseable {
    private static final String ENTRIES = "SELECT entry.*, d.name AS debit_name, c.name AS credit_name FROM entry "
            + "LEFT JOIN account d ON d.id = entry.debit LEFT JOIN account c ON c.id = entry.credit ORDER BY seq";

    private final Connection connection;
    private final PreparedStatement attempt;
    private final PreparedStatement amendment;
    private final Audit.Progress progress;
    private final Canon canon = new Canon();
    private final Map<String, Figured> accounts = new TreeMap<>();
    private final long retained;
    private byte[] hash = Chain.BEGINNING;
    private long entries;
    private long attempts;
    private long amendments;
    private long mark = Long.MIN_VALUE;
    private String lastAttempt = "";
    private byte[] lastDigest = {};

    /** Both sides of an account. */
    static final class Figured {
        private long debits;
        private long credits;

        long debits() {
            return debits;
        }

        long credits() {
            return credits;
        }
    }

    /** @param retained attempts from before this moment may be gone */
    ChainAudit(Connection connection, long retained, Audit.Progress progress) throws SQLException {
        this.connection = connection;
        this.retained = retained;
        this.progress = progress;
        attempt = connection.prepareStatement("SELECT * FROM attempt WHERE attempt_id = ?");
        amendment = connection.prepareStatement(
                "SELECT amendment.* FROM amendment JOIN attempt USING (attempt_id) WHERE amendment.attempt_id = ? AND amendment.id = ?");
    }

    /** @return the first thing that is wrong */
    Optional<String> run() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ENTRIES)) {
            while (row.next()) {
                Optional<String> wrong = entry(row);
                if (wrong.isPresent()) {
                    return wrong;
                }
                progress.at("entries", entries);
            }
        }
        return mark == retained
                ? Optional.empty()
                : Optional.of("table retention: it allows rows to be gone from before " + retained
                        + ", which no entry of the chain says");
    }

    private Optional<String> entry(ResultSet row) throws SQLException {
        long seq = row.getLong("seq");
        if (seq != entries + 1) {
            return Optional.of("entry " + (entries + 1) + " is missing; the next one is " + seq);
        }
        Transfer transfer;
        try {
            transfer = new Transfer(
                    Transfer.Kind.valueOf(row.getString("kind")),
                    String.valueOf(row.getString("debit_name")),
                    String.valueOf(row.getString("credit_name")),
                    new Money(row.getLong("amount")));
        } catch (IllegalArgumentException unreadable) {
            return Optional.of("entry " + seq + " cannot be read: " + unreadable.getMessage());
        }
        Canon.Source source = new Canon.Source(
                row.getString("attempt_id"),
                row.getString("amendment"),
                row.getLong("at"),
                row.getString("price_version"),
                row.getBytes("digest"));
        byte[] expected = canon.hash(hash, seq, transfer, source);
        if (!Arrays.equals(expected, row.getBytes("hash"))) {
            return Optional.of(
                    "entry " + seq + " (" + transfer.kind() + " of attempt " + source.attemptId()
                            + "): its hash does not follow from the entry before, so it was changed, moved or written by others");
        }
        hash = expected;
        entries = seq;
        add(transfer);
        return booked(transfer, source);
    }

    private void add(Transfer transfer) {
        long amount = transfer.amount().nanos();
        Figured debit = accounts.computeIfAbsent(transfer.debit(), _ -> new Figured());
        debit.debits = Figures.sum(debit.debits, amount);
        Figured credit = accounts.computeIfAbsent(transfer.credit(), _ -> new Figured());
        credit.credits = Figures.sum(credit.credits, amount);
    }

    private Optional<String> booked(Transfer transfer, Canon.Source source) throws SQLException {
        if (transfer.kind() == Transfer.Kind.RETAIN) {
            mark = source.at();
            return Optional.empty();
        }
        boolean isAmendment = !source.amendment().isEmpty();
        String name = isAmendment
                ? "amendment " + source.amendment() + " of attempt " + source.attemptId()
                : "attempt " + source.attemptId();
        String key = source.attemptId() + "\n" + source.amendment();
        if (key.equals(lastAttempt)) {
            return compare(name, source, lastDigest);
        }
        Optional<byte[]> found = isAmendment ? amendmentDigest(source) : attemptDigest(source.attemptId());
        if (found.isEmpty()) {
            return source.at() < retained
                    ? Optional.empty()
                    : Optional.of(name + " is missing; entry " + entries + " has booked it");
        }
        lastAttempt = key;
        lastDigest = found.get();
        if (isAmendment) {
            amendments++;
        } else {
            attempts++;
        }
        return compare(name, source, lastDigest);
    }

    private Optional<String> compare(String name, Canon.Source source, byte[] digest) {
        return Arrays.equals(digest, source.digest())
                ? Optional.empty()
                : Optional.of(name + ": its row was changed after entry " + entries + " had booked it");
    }

    private Optional<byte[]> attemptDigest(String attemptId) throws SQLException {
        attempt.setString(1, attemptId);
        try (ResultSet row = attempt.executeQuery()) {
            return row.next() ? Optional.of(digest(row)) : Optional.empty();
        }
    }

    /** A row that cannot even be read as an attempt differs from every one that was booked. */
    private byte[] digest(ResultSet row) throws SQLException {
        try {
            return canon.digest(Rows.read(row));
        } catch (RuntimeException _) {
            return canon.digest("unreadable");
        }
    }

    private Optional<byte[]> amendmentDigest(Canon.Source source) throws SQLException {
        amendment.setString(1, source.attemptId());
        amendment.setString(2, source.amendment());
        try (ResultSet row = amendment.executeQuery()) {
            return row.next() ? Optional.of(canon.digest(AmendmentRows.read(row))) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.of(canon.digest("unreadable"));
        }
    }

    long entries() {
        return entries;
    }

    /** Attempts that the chain has booked and whose rows are there. */
    long attempts() {
        return attempts;
    }

    /** Amendments that the chain has booked and whose rows are there. */
    long amendments() {
        return amendments;
    }

    String head() {
        return HexFormat.of().formatHex(hash);
    }

    Map<String, Figured> accounts() {
        return accounts;
    }

    @Override
    public void close() throws SQLException {
        attempt.close();
        amendment.close();
    }
}
