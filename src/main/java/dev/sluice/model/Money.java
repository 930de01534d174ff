package dev.sluice.model;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** An amount of US dollars in whole nano-dollars (one token at $0.003 per million tokens costs three of them). */
public record Money(long nanos) implements Comparable<Money> {

    public static final Money ZERO = new Money(0);

    private static final int DIGITS = 9;

    /** Exact for up to nine decimals; more are rounded up, because a cost is never understated. */
    public static Money ofDollars(BigDecimal dollars) {
        return new Money(
                dollars.setScale(DIGITS, RoundingMode.CEILING).unscaledValue().longValueExact());
    }

    /** @throws ArithmeticException past about nine billion dollars */
    public Money plus(Money other) {
        return new Money(Math.addExact(nanos, other.nanos));
    }

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
