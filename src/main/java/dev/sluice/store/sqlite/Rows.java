package dev.sluice.store.sqlite;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Savings;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** An attempt as a row, and back. */
final class Rows {
    static final String INSERT =
            "INSERT INTO attempt (attempt_id, request_id, number, at, caller, job, run, operation, "
                    + "asked_model, provider, model, stream, bound, price_version, decision, state, ended_at, input, "
                    + "cache_read, cache_write, output, reasoning, estimated, charged, cost_kind, cost, status, how, "
                    + "answered_by, sent_nanos, first_content_nanos, total_nanos, tenant, team, user, tier, agent, receipt, "
                    + "saved_own_cache, saved_provider_cache, saved_routing, baseline) "
                    + "VALUES (" + "?, ".repeat(41) + "?) ON CONFLICT (attempt_id) DO NOTHING";

    private Rows() {}

    static void bind(PreparedStatement insert, Attempt attempt) throws SQLException {
        bind(insert, attempt.intent());
        bind(insert, attempt.outcome());
    }

    private static void bind(PreparedStatement insert, Intent intent) throws SQLException {
        insert.setString(1, intent.attemptId());
        insert.setString(2, intent.requestId());
        insert.setInt(3, intent.number());
        insert.setLong(4, Values.nanos(intent.at()));
        insert.setString(5, intent.caller().name());
        insert.setString(6, intent.caller().job());
        insert.setString(7, intent.caller().run());
        insert.setString(8, intent.operation().name());
        insert.setString(9, intent.askedModel());
        insert.setString(10, intent.provider());
        insert.setString(11, intent.model());
        insert.setBoolean(12, intent.stream());
        Values.bindMoney(insert, 13, intent.bound());
        insert.setString(14, intent.priceVersion());
        insert.setString(15, intent.decision());
        insert.setString(33, intent.caller().tenant());
        insert.setString(34, intent.caller().team());
        insert.setString(35, intent.caller().user());
        insert.setString(36, intent.caller().tier());
        insert.setString(37, intent.caller().agent());
    }

    private static void bind(PreparedStatement insert, Outcome outcome) throws SQLException {
        insert.setString(16, outcome.state().name());
        insert.setLong(17, Values.nanos(outcome.at()));
        Values.bindUsage(insert, 18, outcome.usage());
        Values.bindCost(insert, 25, outcome.cost());
        insert.setInt(27, outcome.status());
        insert.setString(28, outcome.how());
        insert.setString(29, outcome.answeredBy());
        insert.setLong(30, outcome.sentNanos());
        insert.setLong(31, outcome.firstContentNanos());
        insert.setLong(32, outcome.totalNanos());
        insert.setString(38, outcome.receipt());
        insert.setLong(39, outcome.savings().ownCache().nanos());
        insert.setLong(40, outcome.savings().providerCache().nanos());
        insert.setLong(41, outcome.savings().routing().nanos());
        insert.setString(42, outcome.savings().baseline());
    }

    static Attempt read(ResultSet row) throws SQLException {
        Intent intent = new Intent(
                row.getString("attempt_id"),
                row.getString("request_id"),
                row.getInt("number"),
                Values.instant(row.getLong("at")),
                caller(row),
                Operation.valueOf(row.getString("operation")),
                row.getString("asked_model"),
                row.getString("provider"),
                row.getString("model"),
                row.getBoolean("stream"),
                Values.money(row, "bound"),
                row.getString("price_version"),
                row.getString("decision"));
        return new Attempt(intent, outcome(row));
    }

    private static Caller caller(ResultSet row) throws SQLException {
        return new Caller(
                row.getString("caller"),
                row.getString("tenant"),
                row.getString("team"),
                row.getString("user"),
                row.getString("tier"),
                row.getString("agent"),
                row.getString("job"),
                row.getString("run"));
    }

    private static Savings savings(ResultSet row) throws SQLException {
        return new Savings(
                new Money(row.getLong("saved_own_cache")),
                new Money(row.getLong("saved_provider_cache")),
                new Money(row.getLong("saved_routing")),
                row.getString("baseline"));
    }

    private static Outcome outcome(ResultSet row) throws SQLException {
        return new Outcome(
                row.getString("attempt_id"),
                Outcome.State.valueOf(row.getString("state")),
                Values.instant(row.getLong("ended_at")),
                Values.usage(row),
                Values.cost(row),
                row.getInt("status"),
                row.getString("how"),
                row.getString("answered_by"),
                row.getString("receipt"),
                savings(row),
                row.getLong("sent_nanos"),
                row.getLong("first_content_nanos"),
                row.getLong("total_nanos"));
    }
}
