package dev.sluice.ledger.budget;

/**
 * The most that is about to be taken.
 *
 * @param bounded false where no price is known: then its money has no upper bound, and {@code most.money()} says nothing
 */
public record Need(Amounts most, boolean bounded) {

    /** Something of which the most is known. */
    public static Need of(Amounts most) {
        return new Need(most, true);
    }

    /** Something whose price nobody knows. */
    public static Need unpriced(long tokens) {
        return new Need(new Amounts(0, tokens, 0, 0), false);
    }

    /** Both together. */
    public Need plus(Need other) {
        return new Need(most.plus(other.most), bounded && other.bounded);
    }

    boolean concerns(Measure measure) {
        return most.of(measure) > 0 || (measure == Measure.MONEY && !bounded);
    }
}
