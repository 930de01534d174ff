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
        long window = target.contextLimit() > 0 ? target.contextLimit() : UNCAPPED;
        long asked = inbound.outputCap().orElse(window);
        return Math.min(Math.min(asked, target.outputCap().orElse(asked)), UNCAPPED);
    }

    /** What it may cost with answers of so many tokens; empty where nobody knows. */
    public Optional<Money> bound(long prompt, long cap) {
        return isSurcharged()
                ? Optional.empty()
                : price.bound(prompt, cap * inbound.bulk().answers());
    }

    /** Whether the price list's rates are not all that it costs. */
    public boolean isSurcharged() {
        return !price.isFree() && inbound.bulk().surcharge().isPresent();
    }

    /** What it may take of its limits with answers of so many tokens. */
    public Need need(long prompt, long cap) {
        long tokens = prompt + cap * inbound.bulk().answers();
        return bound(prompt, cap)
                .map(most -> Need.of(Amounts.attempt(most, tokens)))
                .orElseGet(() -> Need.unpriced(tokens));
    }
}
