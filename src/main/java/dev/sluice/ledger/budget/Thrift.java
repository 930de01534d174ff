package dev.sluice.ledger.budget;

/**
 * When a budget makes its calls go a cheaper way, before the money is gone.
 *
 * @param from at how many hundredths of the amount it begins
 * @param route the model name that is asked instead; "" for the free providers of the call's own chain
 */
public record Thrift(int from, String route) {
    /** It ends only this much lower, so that it does not begin and end with every call. */
    static final int SLACK = 5;

    public Thrift {
        if (from < 1 || from > 100) {
            throw new IllegalArgumentException("must be 1 to 100 per cent of the amount, not " + from);
        }
    }
}
