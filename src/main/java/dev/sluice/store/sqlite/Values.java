package dev.sluice.store.sqlite;

import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;

/** Times, amounts and counts as columns, and back. */
final class Values {
    private static final long NANOS = 1_000_000_000L;
    private static final int USAGE_COLUMNS = 7;

    private Values() {}

    /** Seven columns, from {@code first} on: input, cache_read, cache_write, output, reasoning, estimated, charged. */
    static void bindUsage(PreparedStatement insert, int first, Optional<Usage> found) throws SQLException {
        if (found.isEmpty()) {
            for (int column = first; column < first + USAGE_COLUMNS; column++) {
                insert.setNull(column, Types.BIGINT);
            }
            return;
        }
        Usage usage = found.get();
        insert.setLong(first, usage.input());
        insert.setLong(first + 1, usage.cacheRead());
        insert.setLong(first + 2, usage.cacheWrite());
        insert.setLong(first + 3, usage.output());
        insert.setLong(first + 4, usage.reasoning());
        insert.setBoolean(first + 5, usage.estimated());
        bindMoney(insert, first + 6, usage.charged());
    }

    /** The same seven columns. */
    static Optional<Usage> usage(ResultSet row, int first) throws SQLException {
        long input = row.getLong(first);
        if (row.wasNull()) {
            return Optional.empty();
        }
        return Optional.of(new Usage(
                input,
                row.getLong(first + 1),
                row.getLong(first + 2),
                row.getLong(first + 3),
                row.getLong(first + 4),
                row.getBoolean(first + 5),
                money(row, first + 6)));
    }

    /** Two columns, from {@code first} on: cost_kind, cost. */
    static void bindCost(PreparedStatement insert, int first, Cost cost) throws SQLException {
        switch (cost) {
            case Cost.Free _ -> bindCost(insert, first, "FREE", Optional.empty());
            case Cost.Priced(Money amount) -> bindCost(insert, first, "PRICED", Optional.of(amount));
            case Cost.Unpriced _ -> bindCost(insert, first, "UNPRICED", Optional.empty());
        }
    }

    private static void bindCost(PreparedStatement insert, int first, String kind, Optional<Money> amount)
            throws SQLException {
        insert.setString(first, kind);
        bindMoney(insert, first + 1, amount);
    }

    /** The amount of a cost that has one. */
    static Optional<Money> amount(Cost cost) {
        return switch (cost) {
            case Cost.Priced(Money amount) -> Optional.of(amount);
            case Cost.Free _, Cost.Unpriced _ -> Optional.empty();
        };
    }

    /** The same two columns. */
    static Cost cost(ResultSet row, int first) throws SQLException {
        return switch (row.getString(first)) {
            case "FREE" -> new Cost.Free();
            case "PRICED" -> new Cost.Priced(new Money(row.getLong(first + 1)));
            default -> new Cost.Unpriced();
        };
    }

    static void bindMoney(PreparedStatement insert, int column, Optional<Money> amount) throws SQLException {
        if (amount.isPresent()) {
            insert.setLong(column, amount.get().nanos());
        } else {
            insert.setNull(column, Types.BIGINT);
        }
    }

    static Optional<Money> money(ResultSet row, int column) throws SQLException {
        long nanos = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(new Money(nanos));
    }

    static long nanos(Instant at) {
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), NANOS), at.getNano());
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
}
