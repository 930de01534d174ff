package dev.sluice.store.sqlite;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Caller;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The words of an attempt that thousands of others share: who asked whom for what, and how it went. Kept once.
 *
 * @param caller without the run, of which there are too many
 * @param isFree whether it is known to cost nothing; of the others, those without an amount are unpriced
 */
record Common(
        Caller caller,
        int number,
        String operation,
        String askedModel,
        String provider,
        String model,
        boolean stream,
        String priceVersion,
        String decision,
        boolean isFree,
        int status,
        String how,
        String answeredBy,
        String baseline) {

    private static final String COLUMNS =
            "caller, tenant, team, user, tier, agent, job, number, operation, asked_model, "
                    + "provider, model, stream, price_version, decision, free, status, how, answered_by, baseline";
    private static final int COUNT = 20;

    static final String FIND = "SELECT id FROM common WHERE " + COLUMNS.replace(",", " = ? AND") + " = ?";
    static final String MAKE =
            "INSERT INTO common (" + COLUMNS + ") VALUES (" + "?, ".repeat(COUNT - 1) + "?) RETURNING id";

    static Common of(Attempt attempt) {
        Intent intent = attempt.intent();
        Outcome outcome = attempt.outcome();
        return new Common(
                intent.caller().withoutRun(),
                intent.number(),
                intent.operation().name(),
                intent.askedModel(),
                intent.provider(),
                intent.model(),
                intent.stream(),
                intent.priceVersion(),
                intent.decision(),
                outcome.cost() instanceof Cost.Free,
                outcome.status(),
                outcome.how(),
                outcome.answeredBy(),
                outcome.savings().baseline());
    }

    void bind(PreparedStatement statement) throws SQLException {
        statement.setString(1, caller.name());
        statement.setString(2, caller.tenant());
        statement.setString(3, caller.team());
        statement.setString(4, caller.user());
        statement.setString(5, caller.tier());
        statement.setString(6, caller.agent());
        statement.setString(7, caller.job());
        statement.setInt(8, number);
        statement.setString(9, operation);
        statement.setString(10, askedModel);
        statement.setString(11, provider);
        statement.setString(12, model);
        statement.setBoolean(13, stream);
        statement.setString(14, priceVersion);
        statement.setString(15, decision);
        statement.setBoolean(16, isFree);
        statement.setInt(17, status);
        statement.setString(18, how);
        statement.setString(19, answeredBy);
        statement.setString(20, baseline);
    }
}
