package dev.sluice.job.run;

import dev.sluice.model.Money;
import java.util.Optional;

/**
 * What a row has gone through in all starts of its run, as far as it decides what becomes of it. Each bound counts what it
 * is about: a row that waited for the gateway, or that it throttled, has all its repeats left.
 *
 * @param failures how many tries were answered with a failure that the gateway could not mend
 * @param lives under how many keys it was asked, at least 1: it gets a new one where what became of a try can never be told
 * @param cost empty where nobody here knows what some try has cost
 */
record RowPast(int failures, int lives, Optional<Money> cost) {
    static final RowPast NONE = new RowPast(0, 1, Optional.of(Money.ZERO));

    RowPast after(Reply reply) {
        return with(Verdict.isFailure(reply), reply.isAboutLostCall(), reply.share());
    }

    RowPast with(boolean failed, boolean anew, Optional<Money> more) {
        return new RowPast(
                failures + (failed ? 1 : 0), lives + (anew ? 1 : 0), cost.flatMap(sum -> more.map(sum::plus)));
    }
}
