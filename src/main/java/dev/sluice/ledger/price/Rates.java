package dev.sluice.ledger.price;

import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * What a token costs, in whole pico-dollars: the price in dollars per million tokens, times a million.
 *
 * @param input a token of the prompt that no cache touched
 * @param cacheRead a token that the provider read from its prompt cache
 * @param cacheWrite a token that the provider wrote into its prompt cache
 */
public record Rates(long input, long cacheRead, long cacheWrite, long output) {
    private static final int DIGITS = 6;
    private static final Pattern PRICE = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?");
    private static final BigInteger PICOS_PER_NANO = BigInteger.valueOf(1000);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    public Rates {
        if (input < 0 || cacheRead < 0 || cacheWrite < 0 || output < 0) {
            throw new IllegalArgumentException("a price must not be negative");
        }
    }

    /** Reads a price in dollars per million tokens. */
    static long picos(String dollarsPerMillion) {
        if (!PRICE.matcher(dollarsPerMillion).matches()) {
            throw new IllegalArgumentException("\"" + dollarsPerMillion
                    + "\" is no price: write dollars per million tokens as a plain decimal such as 0.15, not negative, "
                    + "with at most six digits on either side of the point");
        }
        return new BigDecimal(dollarsPerMillion)
                .setScale(DIGITS)
                .unscaledValue()
                .longValueExact();
    }

    /** The price as it stands in a price file. */
    static String dollars(long picos) {
        return picos == 0
                ? "0"
                : BigDecimal.valueOf(picos, DIGITS).stripTrailingZeros().toPlainString();
    }

    boolean isNothing() {
        return (input | cacheRead | cacheWrite | output) == 0;
    }

    /** The exact price of the usage, rounded up once to a whole nano-dollar; the greatest amount where it is above that. */
    public Money cost(Usage usage) {
        return sum(usage.freshInput(), usage.cacheRead(), usage.cacheWrite(), usage.output());
    }

    /** The most that a demand can cost, whatever the provider's cache does. */
    Money bound(Demand demand) {
        long dearest = Math.max(input, Math.max(cacheRead, cacheWrite));
        long outputs = saturatedProduct(demand.outputCap(), demand.choices());
        return new Rates(dearest, 0, 0, output).sum(demand.promptTokens(), 0, 0, outputs);
    }

    private Money sum(long fresh, long read, long write, long generated) {
        long high = Math.multiplyHigh(fresh, input)
                | Math.multiplyHigh(read, cacheRead)
                | Math.multiplyHigh(write, cacheWrite)
                | Math.multiplyHigh(generated, output);
        long a = fresh * input;
        long b = read * cacheRead;
        long c = write * cacheWrite;
        long d = generated * output;
        // Each below 2^60, so that neither their sum nor the rounding leaves 63 bits.
        if (high == 0 && ((a | b | c | d) >>> 60) == 0) {
            return new Money((a + b + c + d + 999) / 1000);
        }
        return wideSum(fresh, read, write, generated);
    }

    private Money wideSum(long fresh, long read, long write, long generated) {
        BigInteger picos = product(fresh, input)
                .add(product(read, cacheRead))
                .add(product(write, cacheWrite))
                .add(product(generated, output));
        BigInteger[] parts = picos.divideAndRemainder(PICOS_PER_NANO);
        BigInteger nanos = parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0];
        return new Money(nanos.min(MOST).longValueExact());
    }

    private static BigInteger product(long tokens, long rate) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(rate));
    }

    private static long saturatedProduct(long a, long b) {
        return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
    }
}
