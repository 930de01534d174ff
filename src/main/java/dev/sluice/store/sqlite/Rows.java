package dev.sluice.store.sqlite;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.stream.Stream;

/** An attempt as a row, and back. */
final class Rows {
    private static final String NAMES =
            "attempt_id request_id number at caller job run operation asked_model provider model stream bound "
                    + "price_version decision state ended_at input cache_read cache_write output reasoning estimated "
                    + "charged cost_kind cost status how answered_by sent_nanos first_content_nanos total_nanos tenant "
                    + "team user tier agent receipt saved_own_cache saved_provider_cache saved_routing baseline";

    /** In the order in which they are bound and read: by name, reading a row would take twice as long. */
    static final String COLUMNS = columns("");

    /** Into the table behind the view {@code attempt}; the words that attempts share are a {@link Common}. */
    static final String INSERT = "INSERT INTO attempt_row (attempt_id, request_id, at, common, run, bound, state, "
            + "ended_at, input, cache_read, cache_write, output, reasoning, estimated, charged, cost, sent_nanos, "
            + "first_content_nanos, total_nanos, receipt, saved_own_cache, saved_provider_cache, saved_routing) VALUES ("
            + "?, ".repeat(22) + "?) ON CONFLICT (attempt_id) DO NOTHING";

    /**
     * All attempts of a request, whose id is bound twice. Those whose own ids are made of it lie between it and the next
     * character after the hyphen; the others are in an index of their own.
     */
    static final String OF_REQUEST =
            "SELECT " + COLUMNS + " FROM attempt WHERE place IN (SELECT rowid FROM attempt_row "
                    + "WHERE attempt_id > ?1 || '-' AND attempt_id < ?1 || '.' UNION ALL SELECT rowid FROM attempt_row "
                    + "WHERE attempt_row.request_id = ?1) AND request_id = ?1";

    private Rows() {}

    /** @param table with its dot, or "" */
    static String columns(String table) {
        return String.join(
                ", ", Stream.of(NAMES.split(" ", -1)).map(name -> table + name).toList());
    }

    static void bind(PreparedStatement insert, Attempt attempt, long common) throws SQLException {
        bind(insert, attempt.intent());
        insert.setLong(4, common);
        bind(insert, attempt.outcome());
    }

    private static void bind(PreparedStatement insert, Intent intent) throws SQLException {
        insert.setString(1, intent.attemptId());
        bindRequest(insert, intent);
        insert.setLong(3, Values.nanos(intent.at()));
        insert.setString(5, intent.caller().run());
        Values.bindMoney(insert, 6, intent.bound());
    }

    /** Nothing where the attempt's id says it. */
    private static void bindRequest(PreparedStatement insert, Intent intent) throws SQLException {
        String request = intent.requestId();
        if (intent.attemptId().equals(request + "-" + intent.number())) {
            insert.setNull(2, Types.VARCHAR);
        } else {
            insert.setString(2, request);
        }
    }

    private static void bind(PreparedStatement insert, Outcome outcome) throws SQLException {
        insert.setString(7, outcome.state().name());
        insert.setLong(8, Values.nanos(outcome.at()));
        Values.bindUsage(insert, 9, outcome.usage());
        Values.bindMoney(insert, 16, Values.amount(outcome.cost()));
        insert.setLong(17, outcome.sentNanos());
        insert.setLong(18, outcome.firstContentNanos());
        insert.setLong(19, outcome.totalNanos());
        insert.setString(20, outcome.receipt());
        insert.setLong(21, outcome.savings().ownCache().nanos());
        insert.setLong(22, outcome.savings().providerCache().nanos());
        insert.setLong(23, outcome.savings().routing().nanos());
    }

    /** @param row of a query for {@link #COLUMNS} */
    static Attempt read(ResultSet row) throws SQLException {
        return read(row, 0);
    }

    /** @param before how many columns stand before {@link #COLUMNS} */
    static Attempt read(ResultSet row, int before) throws SQLException {
        Intent intent = new Intent(
                row.getString(before + 1),
                row.getString(before + 2),
                row.getInt(before + 3),
                Values.instant(row.getLong(before + 4)),
                caller(row, before),
                Operation.valueOf(row.getString(before + 8)),
                row.getString(before + 9),
                row.getString(before + 10),
                row.getString(before + 11),
                row.getBoolean(before + 12),
                Values.money(row, before + 13),
                row.getString(before + 14),
                row.getString(before + 15));
        return new Attempt(intent, outcome(row, before));
    }

    private static Caller caller(ResultSet row, int before) throws SQLException {
        return new Caller(
                row.getString(before + 5),
                row.getString(before + 33),
                row.getString(before + 34),
                row.getString(before + 35),
                row.getString(before + 36),
                row.getString(before + 37),
                row.getString(before + 6),
                row.getString(before + 7));
    }

    private static Savings savings(ResultSet row, int before) throws SQLException {
        return new Savings(
                new Money(row.getLong(before + 39)),
                new Money(row.getLong(before + 40)),
                new Money(row.getLong(before + 41)),
                row.getString(before + 42));
    }

    private static Outcome outcome(ResultSet row, int before) throws SQLException {
        return new Outcome(
                row.getString(before + 1),
                Outcome.State.valueOf(row.getString(before + 16)),
                Values.instant(row.getLong(before + 17)),
                Values.usage(row, before + 18),
                Values.cost(row, before + 25),
                row.getInt(before + 27),
                row.getString(before + 28),
                row.getString(before + 29),
                row.getString(before + 38),
                savings(row, before),
                row.getLong(before + 30),
                row.getLong(before + 31),
                row.getLong(before + 32));
    }
}
