package dev.sluice.ledger.budget;

import dev.sluice.model.Money;

/**
 * How much of each measure something takes; none is negative.
 *
 * @param money nano-dollars
 */
public record Amounts(long money, long tokens, long calls, long running) {
    public static final Amounts NOTHING = new Amounts(0, 0, 0, 0);

    /** A client's call, while it is under way. */
    public static final Amounts CALL = new Amounts(0, 0, 1, 1);

    /** A client's call once it is over. */
    public static final Amounts ENDED_CALL = new Amounts(0, 0, 1, 0);

    public Amounts {
        if (money < 0 || tokens < 0 || calls < 0 || running < 0) {
            throw new IllegalArgumentException("amounts must not be negative");
        }
    }

    /** One attempt at a provider. */
    public static Amounts attempt(Money money, long tokens) {
        return new Amounts(money.nanos(), tokens, 0, 0);
    }

    /** Both together; what leaves 64 bits is as much as there is. */
    public Amounts plus(Amounts other) {
        return new Amounts(
                sum(money, other.money),
                sum(tokens, other.tokens),
                sum(calls, other.calls),
                sum(running, other.running));
    }

    private static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** In the unit of that measure, money in nano-dollars. */
    public long of(Measure measure) {
        return switch (measure) {
            case MONEY -> money;
            case TOKENS -> tokens;
            case CALLS -> calls;
            case RUNNING -> running;
        };
    }
}
