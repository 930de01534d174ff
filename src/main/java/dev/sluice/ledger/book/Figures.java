package dev.sluice.ledger.book;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.util.Arrays;

/**
 * Sums of attempts. They stop at the largest number that there is instead of turning round: one absurd amount must not
 * keep the book from being written. For one thread.
 */
public final class Figures {
    private final long[] sums = new long[Figure.values().length];

    /** What one attempt contributes as it stands. */
    public static Figures of(Attempt attempt, Standing standing) {
        Figures figures = new Figures();
        Outcome outcome = attempt.outcome();
        figures.add(Figure.ATTEMPTS, 1);
        figures.add(Figure.CALLS, attempt.intent().number() == 1 ? 1 : 0);
        figures.add(Figure.COST, standing.charged().nanos());
        figures.add(Figure.DOUBT, standing.doubtful(attempt).nanos());
        standing.usage().ifPresent(figures::add);
        if (!outcome.how().equals("ok") && !outcome.how().equals("cancelled")) {
            figures.add(Figure.FAILURES, 1);
            figures.add(Figure.FAILURE_COST, standing.charged().nanos());
        }
        figures.add(Figure.UNPRICED, standing.isUnpriced() ? 1 : 0);
        Savings savings = outcome.savings();
        figures.add(Figure.SAVED_OWN_CACHE, savings.ownCache().nanos());
        figures.add(Figure.SAVED_PROVIDER_CACHE, savings.providerCache().nanos());
        standing.routing(attempt).ifPresent(saved -> {
            figures.add(Figure.SAVED_ROUTING, saved.nanos());
            figures.add(Figure.MEASURED, 1);
        });
        return figures;
    }

    private void add(Usage usage) {
        add(Figure.FRESH, usage.freshInput());
        add(Figure.CACHE_READ, usage.cacheRead());
        add(Figure.CACHE_WRITE, usage.cacheWrite());
        add(Figure.OUTPUT, usage.output());
    }

    /** @param amount nano-dollars where it is money; a sum beyond 64 bits stays at the nearest number that there is */
    public void add(Figure figure, long amount) {
        sums[figure.place()] = sum(sums[figure.place()], amount);
    }

    public void add(Figures others) {
        for (Figure figure : Figure.values()) {
            add(figure, others.get(figure));
        }
    }

    /** Takes away what an attempt contributed before it was amended. */
    public void subtract(Figures others) {
        for (Figure figure : Figure.values()) {
            sums[figure.place()] = difference(get(figure), others.get(figure));
        }
    }

    /** In nano-dollars where it is money, else a count. */
    public long get(Figure figure) {
        return sums[figure.place()];
    }

    /** @param figure one of those that are money; a count would be taken for nano-dollars */
    public Money money(Figure figure) {
        return new Money(get(figure));
    }

    /** {@code one + other}, or the nearest number that there is. */
    public static long sum(long one, long other) {
        long sum = one + other;
        boolean overflowed = ((one ^ sum) & (other ^ sum)) < 0;
        if (!overflowed) {
            return sum;
        }
        return one < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /** {@code one - other}, or the nearest number that there is. */
    static long difference(long one, long other) {
        return other == Long.MIN_VALUE ? sum(sum(one, Long.MAX_VALUE), 1) : sum(one, -other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Figures figures && Arrays.equals(sums, figures.sums);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sums);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Figure figure : Figure.values()) {
            text.append(text.isEmpty() ? "" : ", ").append(figure).append(' ').append(get(figure));
        }
        return text.toString();
    }
}
