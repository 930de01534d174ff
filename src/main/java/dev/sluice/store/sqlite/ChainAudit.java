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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Walks the chain from its first entry, computes every hash and every digest anew, and adds up the accounts. */
final class ChainAudit implements AutoCloseable {
    /** Each with the row that it books, so that no row is looked for by itself. */
    private static final String ENTRIES =
            "SELECT seq, kind, entry.attempt_id, entry.amendment, entry.at, debit, credit, "
                    + "amount, entry.price_version, digest, hash, " + Rows.columns("attempt.")
                    + " FROM entry LEFT JOIN attempt ON attempt.attempt_id = entry.attempt_id ORDER BY seq";

    /** How many columns stand before those of the attempt. */
    private static final int BEFORE = 11;

    private final Connection connection;
    private final PreparedStatement amendment;
    private final Map<Long, String> names = new HashMap<>();
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
        amendment = connection.prepareStatement("SELECT " + AmendmentRows.COLUMNS + " FROM amendment "
                + "JOIN attempt USING (attempt_id) WHERE amendment.attempt_id = ? AND amendment.id = ?");
    }

    /** @return the first thing that is wrong */
    Optional<String> run() throws SQLException {
        loadNames();
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

    /** Of the accounts, which are few. */
    private void loadNames() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, name FROM account")) {
            while (row.next()) {
                names.put(row.getLong(1), row.getString(2));
            }
        }
    }

    private String name(long account) {
        return names.getOrDefault(account, "null");
    }

    private Optional<String> entry(ResultSet row) throws SQLException {
        long seq = row.getLong(1);
        if (seq != entries + 1) {
            return Optional.of("entry " + (entries + 1) + " is missing; the next one is " + seq);
        }
        Transfer transfer;
        try {
            transfer = new Transfer(
                    Transfer.Kind.valueOf(row.getString(2)),
                    name(row.getLong(6)),
                    name(row.getLong(7)),
                    new Money(row.getLong(8)));
        } catch (IllegalArgumentException unreadable) {
            return Optional.of("entry " + seq + " cannot be read: " + unreadable.getMessage());
        }
        Canon.Source source = new Canon.Source(
                row.getString(3), row.getString(4), row.getLong(5), row.getString(9), row.getBytes(10));
        byte[] expected = canon.hash(hash, seq, transfer, source);
        if (!Arrays.equals(expected, row.getBytes(11))) {
            return Optional.of(
                    "entry " + seq + " (" + transfer.kind() + " of attempt " + source.attemptId()
                            + "): its hash does not follow from the entry before, so it was changed, moved or written by others");
        }
        hash = expected;
        entries = seq;
        add(transfer);
        return booked(transfer, source, row);
    }

    private void add(Transfer transfer) {
        long amount = transfer.amount().nanos();
        Figured debit = accounts.computeIfAbsent(transfer.debit(), _ -> new Figured());
        debit.debits = Figures.sum(debit.debits, amount);
        Figured credit = accounts.computeIfAbsent(transfer.credit(), _ -> new Figured());
        credit.credits = Figures.sum(credit.credits, amount);
    }

    private Optional<String> booked(Transfer transfer, Canon.Source source, ResultSet row) throws SQLException {
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
        Optional<byte[]> found = isAmendment ? amendmentDigest(source) : attemptDigest(row);
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

    /** Of the attempt beside the entry; empty where it is gone. */
    private Optional<byte[]> attemptDigest(ResultSet row) throws SQLException {
        return Optional.ofNullable(row.getString(BEFORE + 1)).isEmpty() ? Optional.empty() : Optional.of(digest(row));
    }

    /**
     * A row that cannot even be read as an attempt, whatever somebody has put there, differs from every one that was
     * booked.
     */
    private byte[] digest(ResultSet row) throws SQLException {
        try {
            return canon.digest(Rows.read(row, BEFORE));
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
        amendment.close();
    }
}
