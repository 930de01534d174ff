package dev.sluice;

import dev.sluice.ledger.budget.Balance;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Watcher;
import dev.sluice.model.Money;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log when a limit fills up or is overrun. */
final class BudgetWatch implements Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetWatch.class);

    @Override
    public void marked(Balance balance, int mark) {
        LOG.warn(
                "{}% of the limit of {} {} are used: {} of {}",
                mark,
                balance.limit().title(),
                balance.account(),
                amount(balance.limit(), balance.used()),
                amount(balance.limit(), balance.limit().amount()));
    }

    @Override
    public void overrun(Balance balance, long by) {
        LOG.error(
                "an attempt took {} more than its upper bound, under the limit of {} {}; it is charged in full",
                amount(balance.limit(), by),
                balance.limit().title(),
                balance.account());
    }

    private static String amount(Limit limit, long amount) {
        return limit.measure() == Measure.MONEY ? "$" + new Money(amount) : Long.toString(amount);
    }
}
