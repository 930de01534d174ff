package dev.sluice.http;

import dev.sluice.ledger.budget.Balance;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Period;
import dev.sluice.model.Money;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** How full every limit is, for {@code /stats}. */
final class BudgetReport {
    /** Of limits for each user there may be very many accounts; the fullest are shown. */
    private static final int MOST = 200;

    private BudgetReport() {}

    static void write(JsonGenerator json, Budgets budgets, Instant now) {
        List<Balance> fullest = budgets.balances(now).stream()
                .sorted(Comparator.comparingLong(Balance::free))
                .limit(MOST)
                .toList();
        json.writeNumberProperty("holds_open", budgets.open());
        budgets.pool().ifPresent(pool -> {
            json.writeName("shared_budgets").writeStartObject();
            json.writeBooleanProperty("reachable", pool.reachable());
            json.writeBooleanProperty("opening", pool.opening());
            json.writeNumberProperty("waiting", pool.waiting());
            json.writeNumberProperty("losses", pool.losses());
            json.writeEndObject();
        });
        json.writeName("budgets").writeStartArray();
        fullest.forEach(balance -> write(json, balance));
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Balance balance) {
        Limit limit = balance.limit();
        json.writeStartObject();
        json.writeStringProperty("limit", limit.title());
        json.writeStringProperty("account", balance.account());
        json.writeStringProperty("measure", limit.measure().name().toLowerCase(Locale.ROOT));
        json.writeBooleanProperty("hard", limit.hard());
        if (limit.period() != Period.TOTAL) {
            json.writeStringProperty("from", balance.window().from().toString());
            json.writeStringProperty("to", balance.window().to().toString());
        }
        json.writeStringProperty("amount", amount(limit, limit.amount()));
        json.writeStringProperty("used", amount(limit, balance.used()));
        json.writeStringProperty("held", amount(limit, balance.held()));
        json.writeStringProperty("in_doubt", amount(limit, balance.doubt()));
        balance.share().ifPresent(share -> {
            json.writeStringProperty("leased", amount(limit, share.lease()));
            json.writeStringProperty("used_elsewhere", amount(limit, share.used()));
            json.writeStringProperty("held_elsewhere", amount(limit, share.needed() - share.used()));
        });
        json.writeBooleanProperty("saving", balance.saving());
        json.writeEndObject();
    }

    private static String amount(Limit limit, long amount) {
        return limit.measure() == Measure.MONEY ? new Money(amount).toString() : Long.toString(amount);
    }
}
