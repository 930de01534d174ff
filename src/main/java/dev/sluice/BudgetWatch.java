package dev.sluice;

import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import dev.sluice.ledger.budget.Balance;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Period;
import dev.sluice.ledger.budget.Watcher;
import dev.sluice.model.Money;
import java.time.LocalDate;

/** Raises an alarm where a budget fills up or is overrun. */
final class BudgetWatch implements Watcher {
    private final Alarm alarm;

    BudgetWatch(Alarm alarm) {
        this.alarm = alarm;
    }

    @Override
    public void marked(Balance balance, int mark) {
        Limit limit = balance.limit();
        if (limit.measure() == Measure.MONEY) {
            alarm.raise(new Alert.MarkCrossed(
                    limit.title(),
                    balance.account(),
                    span(balance),
                    mark,
                    new Money(balance.spent()),
                    new Money(limit.amount())));
        }
    }

    @Override
    public void overrun(Balance balance, long by) {
        if (balance.limit().measure() == Measure.MONEY) {
            alarm.raise(new Alert.Overrun(
                    balance.limit().title(),
                    balance.account(),
                    span(balance),
                    new Money(by),
                    new Money(balance.spent()),
                    new Money(balance.limit().amount())));
        }
    }

    /** The window as people of its zone write it. */
    private static String span(Balance balance) {
        Limit limit = balance.limit();
        if (limit.period() == Period.TOTAL) {
            return "total";
        }
        LocalDate first = LocalDate.ofInstant(balance.window().from(), limit.zone());
        return limit.period() == Period.MONTH ? first.toString().substring(0, 7) : first.toString();
    }
}
