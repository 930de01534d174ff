package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.book.Standing;
import dev.sluice.model.Caller;
import dev.sluice.model.Usage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was spent, added up from every row. */
final class SpentRows {
    private SpentRows() {}

    private record Payer(Caller caller, String provider, String model) {}

    static List<Spent> read(Connection connection, long from, long to) throws SQLException {
        Map<String, List<Amendment>> amendments = amendments(connection, from, to);
        Map<Payer, Spent> sums = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT * FROM attempt WHERE at >= ? AND at < ?")) {
            query.setLong(1, from);
            query.setLong(2, to);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Attempt attempt = Rows.read(row);
                    Standing standing = Standing.of(
                            attempt, amendments.getOrDefault(attempt.intent().attemptId(), List.of()));
                    sums.merge(payer(attempt), spent(attempt, standing), SpentRows::plus);
                }
            }
        }
        return List.copyOf(sums.values());
    }

    private static Map<String, List<Amendment>> amendments(Connection connection, long from, long to)
            throws SQLException {
        Map<String, List<Amendment>> amendments = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT amendment.* FROM amendment JOIN attempt "
                + "USING (attempt_id) WHERE attempt.at >= ? AND attempt.at < ?")) {
            query.setLong(1, from);
            query.setLong(2, to);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Amendment amendment = AmendmentRows.read(row);
                    amendments
                            .computeIfAbsent(amendment.attemptId(), _ -> new ArrayList<>())
                            .add(amendment);
                }
            }
        }
        return amendments;
    }

    private static Payer payer(Attempt attempt) {
        Caller caller = attempt.intent().caller();
        return new Payer(
                new Caller(
                        caller.name(),
                        caller.tenant(),
                        caller.team(),
                        caller.user(),
                        caller.tier(),
                        caller.agent(),
                        caller.job(),
                        ""),
                attempt.intent().provider(),
                attempt.intent().model());
    }

    private static Spent spent(Attempt attempt, Standing standing) {
        Caller caller = attempt.intent().caller();
        long tokens = standing.usage().map(SpentRows::tokens).orElse(0L);
        return new Spent(
                caller.tenant(),
                caller.team(),
                caller.user(),
                caller.name(),
                caller.tier(),
                caller.job(),
                caller.agent(),
                attempt.intent().provider(),
                attempt.intent().model(),
                standing.charged(),
                standing.doubtful(attempt),
                attempt.intent().number() == 1 ? 1 : 0,
                tokens);
    }

    private static long tokens(Usage usage) {
        return usage.input() + usage.output();
    }

    private static Spent plus(Spent one, Spent other) {
        return new Spent(
                one.tenant(),
                one.team(),
                one.user(),
                one.key(),
                one.tier(),
                one.job(),
                one.agent(),
                one.provider(),
                one.model(),
                one.settled().plus(other.settled()),
                one.inDoubt().plus(other.inDoubt()),
                one.calls() + other.calls(),
                one.tokens() + other.tokens());
    }
}
