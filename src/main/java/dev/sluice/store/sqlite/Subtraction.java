package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.SpentSum;
import dev.sluice.ledger.book.Standing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes single attempts and calls of a stretch of time out of its sum. For the reports' one thread. */
final class Subtraction {
    private static final String ATTEMPT =
            "SELECT " + Rows.COLUMNS + " FROM attempt WHERE attempt_id = ? AND at >= ? AND at < ?";
    private static final String FIRST = Rows.OF_REQUEST + " AND number = 1 AND at >= ?2 AND at < ?3";
    private static final String AMENDMENTS = "SELECT * FROM amendment WHERE attempt_id = ?";

    private final Connection connection;
    private final long from;
    private final long to;

    /** @param from in nanoseconds since 1970, as {@code to}, which is not included */
    Subtraction(Connection connection, long from, long to) {
        this.connection = connection;
        this.from = from;
        this.to = to;
    }

    /** @param names ids of attempts, whose money and tokens go, and of requests, whose calls go */
    void take(Set<String> names, SpentSum sum) throws SQLException {
        try (PreparedStatement attempts = connection.prepareStatement(ATTEMPT);
                PreparedStatement firsts = connection.prepareStatement(FIRST)) {
            for (String name : names) {
                Optional<Attempt> attempt = find(attempts, name);
                if (attempt.isPresent()) {
                    Standing standing = standing(attempt.get());
                    sum.withoutCost(Cell.of(attempt.get(), standing), Figures.of(attempt.get(), standing));
                }
                Optional<Attempt> first = find(firsts, name);
                if (first.isPresent()) {
                    sum.withoutCall(Cell.of(first.get(), standing(first.get())));
                }
            }
        }
    }

    private Optional<Attempt> find(PreparedStatement query, String name) throws SQLException {
        query.setString(1, name);
        query.setLong(2, from);
        query.setLong(3, to);
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? Optional.of(Rows.read(row)) : Optional.empty();
        }
    }

    private Standing standing(Attempt attempt) throws SQLException {
        List<Amendment> amendments = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(AMENDMENTS)) {
            query.setString(1, attempt.intent().attemptId());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    amendments.add(AmendmentRows.read(row));
                }
            }
        }
        return Standing.of(attempt, amendments);
    }
}
