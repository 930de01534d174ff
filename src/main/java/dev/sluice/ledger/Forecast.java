package dev.sluice.ledger;

import dev.sluice.model.Money;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * What a month will have cost at its end. The method is the plain one: what is spent, and for each run (or day) that is
 * left the mean of those seen. The interval is the one in which, where runs are alike and independent, the sum of those
 * left lies 95 times of 100: {@code t * s * sqrt(left * (1 + left / n))}, with {@code s} the standard deviation of the
 * {@code n} runs seen and {@code t} Student's quantile for {@code n - 1} degrees of freedom. It counts both the chance
 * in what is left and that the mean itself is only known from {@code n} runs. All sums are exact integers of
 * nano-dollars; the mean is rounded up, the interval outwards.
 *
 * @param spent so far
 * @param expected at the month's end
 * @param range empty where fewer than two runs have been seen, so that nothing is known of how they differ
 * @param seen how many runs or days the mean is of
 * @param left how many are left; with none seen the expected is what is spent
 */
public record Forecast(Money spent, Money expected, Optional<Range> range, int seen, int left) {

    /** Never below what is spent already. */
    public record Range(Money low, Money high) {}

    /** Student's t for 95 % in both tails, in thousandths, from one degree of freedom to thirty. */
    private static final int[] STUDENT = {
        12_706, 4_303, 3_182, 2_776, 2_571, 2_447, 2_365, 2_306, 2_262, 2_228, 2_201, 2_179, 2_160, 2_145, 2_131,
        2_120, 2_110, 2_101, 2_093, 2_086, 2_080, 2_074, 2_069, 2_064, 2_060, 2_056, 2_052, 2_048, 2_045, 2_042
    };

    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /**
     * Looks ahead.
     *
     * @param runs what each run (or day) seen has cost
     * @param left not negative
     */
    public static Forecast of(Money spent, List<Money> runs, int left) {
        if (left < 0) {
            throw new IllegalArgumentException("runs left must not be negative");
        }
        if (runs.isEmpty() || left == 0) {
            Optional<Range> sure = left == 0 ? Optional.of(new Range(spent, spent)) : Optional.empty();
            return new Forecast(spent, spent, sure, runs.size(), left);
        }
        BigInteger seen = BigInteger.valueOf(runs.size());
        BigInteger sum = BigInteger.ZERO;
        BigInteger squares = BigInteger.ZERO;
        for (Money run : runs) {
            BigInteger nanos = BigInteger.valueOf(run.nanos());
            sum = sum.add(nanos);
            squares = squares.add(nanos.multiply(nanos));
        }
        BigInteger more = ceiling(sum.multiply(BigInteger.valueOf(left)), seen);
        BigInteger expected = BigInteger.valueOf(spent.nanos()).add(more);
        if (runs.size() < 2) {
            return new Forecast(spent, money(expected), Optional.empty(), 1, left);
        }
        BigInteger half = half(seen.multiply(squares).subtract(sum.multiply(sum)), runs.size(), left);
        Money low = money(expected.subtract(half).max(BigInteger.valueOf(spent.nanos())));
        return new Forecast(
                spent, money(expected), Optional.of(new Range(low, money(expected.add(half)))), runs.size(), left);
    }

    /**
     * The same where a day that counts as left has begun already: what is spent by now cannot be undone.
     *
     * @param byNow at least {@link #spent}
     */
    public Forecast withSpent(Money byNow) {
        return new Forecast(
                byNow,
                most(expected, byNow),
                range.map(found -> new Range(most(found.low, byNow), most(found.high, byNow))),
                seen,
                left);
    }

    private static Money most(Money one, Money other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** @param spread n times the sum of squares less the square of the sum: n * (n - 1) * s * s */
    private static BigInteger half(BigInteger spread, int seen, int left) {
        if (spread.signum() == 0) {
            return BigInteger.ZERO; // All alike: there is nothing to round up.
        }
        BigInteger student = BigInteger.valueOf(student(seen - 1));
        BigInteger above = student.multiply(student)
                .multiply(spread)
                .multiply(BigInteger.valueOf(left))
                .multiply(BigInteger.valueOf((long) left + seen));
        BigInteger below = BigInteger.valueOf(1_000_000)
                .multiply(BigInteger.valueOf(seen).pow(2))
                .multiply(BigInteger.valueOf(seen - 1L));
        BigInteger root = ceiling(above, below).sqrt();
        return root.add(BigInteger.ONE);
    }

    /** Between the rows of the table the wider one holds. */
    private static int student(int freedom) {
        if (freedom <= STUDENT.length) {
            return STUDENT[freedom - 1];
        }
        return freedom < 40 ? 2_042 : freedom < 60 ? 2_021 : freedom < 120 ? 2_000 : 1_980;
    }

    private static BigInteger ceiling(BigInteger above, BigInteger below) {
        BigInteger[] parts = above.divideAndRemainder(below);
        return parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0];
    }

    private static Money money(BigInteger nanos) {
        return new Money(nanos.min(MOST).longValueExact());
    }
}
