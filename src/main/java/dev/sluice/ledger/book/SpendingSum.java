package dev.sluice.ledger.book;

import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Spending;
import dev.sluice.model.Money;

/** Adds cells up to one line of a report. For one thread. */
public final class SpendingSum {
    private final Figures sums = new Figures();
    private long settled;
    private long inDoubt;
    private long estimated;
    private long estimatedCost;

    public void add(Cell cell, Figures figures) {
        sums.add(figures);
        long attempts = figures.get(Figure.ATTEMPTS);
        settled += cell.state() == Outcome.State.SETTLED ? attempts : 0;
        inDoubt += cell.state() == Outcome.State.IN_DOUBT ? attempts : 0;
        if (cell.estimated()) {
            estimated += attempts;
            estimatedCost = Figures.sum(estimatedCost, figures.get(Figure.COST));
        }
    }

    /** @param name of the line */
    public Spending line(String name) {
        return new Spending(
                name,
                sums.get(Figure.ATTEMPTS),
                sums.get(Figure.CALLS),
                settled,
                inDoubt,
                sums.get(Figure.UNPRICED),
                estimated,
                sums.get(Figure.FAILURES),
                sums.money(Figure.COST),
                new Money(estimatedCost),
                sums.money(Figure.FAILURE_COST),
                sums.money(Figure.DOUBT),
                sums.get(Figure.FRESH),
                sums.get(Figure.CACHE_READ),
                sums.get(Figure.CACHE_WRITE),
                sums.get(Figure.OUTPUT),
                new Spending.Saved(
                        sums.money(Figure.SAVED_OWN_CACHE),
                        sums.money(Figure.SAVED_PROVIDER_CACHE),
                        sums.money(Figure.SAVED_ROUTING),
                        sums.get(Figure.MEASURED)));
    }
}
