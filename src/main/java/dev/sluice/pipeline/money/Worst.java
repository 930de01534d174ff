package dev.sluice.pipeline.money;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Target;
import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.budget.Need;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.TokenEstimate;
import java.util.Optional;

/** The most that one request may take at one model. Pure. */
public record Worst(Inbound inbound, Target target, Price price) {

    /** Where neither the client nor the settings cap the output: the largest answer that any provider gives today. */
    private static final long UNCAPPED = 384_000;

    /** An upper bound of the tokens of what is sent. */
    public long prompt(Outbound outbound) {
        return TokenEstimate.upperBound(outbound.body().length())
                + TokenEstimate.unseen(inbound.needs().tools(), inbound.bulk().pictures());
    }

    /** The tokens that one answer can have. */
    public long cap() {
        if (inbound.endpoint().operation() == Operation.EMBEDDING) {
            return 0;
        }
        long sent = Math.min(
                inbound.outputCap().orElse(Long.MAX_VALUE), target.outputCap().orElse(Long.MAX_VALUE));
        boolean isCapped = inbound.outputCap().isPresent() || target.outputCap().isPresent();
        return isCapped ? Math.max(1, sent) : uncapped(); // Some servers answer with one where none is asked for.
    }

    private long uncapped() {
        return target.contextLimit() > 0 ? Math.min(target.contextLimit(), UNCAPPED) : UNCAPPED;
    }

    /** What it may cost with answers of so many tokens; empty where nobody knows. */
    public Optional<Money> bound(long prompt, long cap) {
        return isSurcharged() ? Optional.empty() : price.bound(prompt, outputs(cap));
    }

    /** Whether the price list's rates are not all that it costs. */
    public boolean isSurcharged() {
        return !price.isFree() && inbound.bulk().surcharge().isPresent();
    }

    /** Of all answers together; what leaves 64 bits is as much as there is. */
    private long outputs(long cap) {
        long answers = inbound.bulk().answers();
        return cap > Long.MAX_VALUE / answers ? Long.MAX_VALUE : cap * answers;
    }

    /** What it may take of its limits with answers of so many tokens. */
    public Need need(long prompt, long cap) {
        long outputs = outputs(cap);
        long tokens = outputs > Long.MAX_VALUE - prompt ? Long.MAX_VALUE : prompt + outputs;
        return bound(prompt, cap)
                .map(most -> Need.of(Amounts.attempt(most, tokens)))
                .orElseGet(() -> Need.unpriced(tokens));
    }
}
