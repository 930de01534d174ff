package dev.sluice.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** An amount of US dollars in whole nano-dollars (one token at $0.003 per million tokens costs three of them). */
public record Money(long nanos) implements Comparable<Money> {

    public static final Money ZERO = new Money(0);

    private static final int DIGITS = 9;
    private static final int MOST_DECIMALS = 40;
    private static final int LONGEST = 60;
    private static final BigDecimal MOST = new BigDecimal(9_000_000_000L);

    /**
     * Exact for up to nine decimals; more are rounded up, because a cost is never understated.
     *
     * @throws ArithmeticException where {@link #isAmount} says no
     */
    public static Money ofDollars(BigDecimal dollars) {
        return rounded(dollars, RoundingMode.CEILING);
    }

    private static Money rounded(BigDecimal dollars, RoundingMode how) {
        if (!isAmount(dollars)) {
            throw new ArithmeticException("not an amount of US dollars");
        }
        return new Money(dollars.setScale(DIGITS, how).unscaledValue().longValueExact());
    }

    /**
     * Whether a number that somebody else wrote can be an amount: nine billion dollars at most, above or below zero, with
     * at most forty decimals. Not every number may be computed with: 1e999999999 would fill the memory, and 1e-999999999
     * take for ever.
     */
    public static boolean isAmount(BigDecimal dollars) {
        return Math.abs((long) dollars.scale()) <= MOST_DECIMALS
                && dollars.precision() <= LONGEST
                && dollars.abs().compareTo(MOST) <= 0;
    }

    /** Reads an amount that somebody else wrote, such as {@code 0.00045} or {@code 1e-5}; empty where it is none. */
    public static Optional<Money> parse(String dollars) {
        return decimal(dollars).map(Money::ofDollars);
    }

    /** As {@link #parse} what may be spent at most: more than nine decimals are rounded down, because it is never overstated. */
    public static Optional<Money> parseLimit(String dollars) {
        return decimal(dollars).map(limit -> rounded(limit, RoundingMode.FLOOR));
    }

    /** The same with all its decimals, in any currency. */
    public static Optional<BigDecimal> decimal(String amount) {
        if (amount.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(amount)).filter(Money::isAmount);
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** @throws ArithmeticException past about nine billion dollars */
    public Money plus(Money other) {
        return new Money(Math.addExact(nanos, other.nanos));
    }

    /** As {@link #plus} for upper bounds, which a client's own words may make as large as can be: past it, as much as there is. */
    public Money plusBound(Money other) {
        long sum = nanos + other.nanos;
        boolean overflowed = nanos > 0 && other.nanos > 0 && sum < 0;
        return new Money(overflowed ? Long.MAX_VALUE : sum);
    }

    /**
     * May be less than nothing.
     *
     * @throws ArithmeticException past about nine billion dollars below zero
     */
    public Money minus(Money other) {
        return new Money(Math.subtractExact(nanos, other.nanos));
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(nanos, other.nanos);
    }

    /** Dollars as a plain decimal without trailing zeros, such as {@code 0.00045}; {@code 0} for nothing. */
    @Override
    public String toString() {
        return nanos == 0
                ? "0"
                : BigDecimal.valueOf(nanos, DIGITS).stripTrailingZeros().toPlainString();
    }
}
