package dev.sluice.pipeline.money;

import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.pipeline.client.OwnHeaders;
import java.util.Optional;

/**
 * What one call may cost at most by its client's own word, all its attempts together. Unlike a budget it never waits and
 * never shortens an answer. Lives on one loop.
 */
public final class Ceiling {
    /** By what a refusal can be told from that of a budget. */
    static final String CODE = "max_cost_exceeded";

    private final Optional<Money> most;
    private Money taken = Money.ZERO;
    private Optional<Money> dearest = Optional.empty();

    /** @param most empty where the client set none */
    public Ceiling(Optional<Money> most) {
        this.most = most;
    }

    public boolean isSet() {
        return most.isPresent();
    }

    /**
     * Why an attempt must not be made, if so.
     *
     * @param bound the most that it may cost; empty where no price is known
     */
    public Optional<Failure> refusal(Optional<Money> bound, String model) {
        if (most.isEmpty()) {
            return Optional.empty();
        }
        if (bound.isEmpty()) {
            return Optional.of(refusal("no price is known for " + model + " as it is asked, so nobody can say that it "
                    + "costs less than x-sluice-max-cost allows"));
        }
        dearest = dearest.filter(known -> known.compareTo(bound.get()) > 0).or(() -> bound);
        return fits(bound.get()) ? Optional.empty() : Optional.of(refusal(words(bound.get(), most.get())));
    }

    private boolean fits(Money bound) {
        return bound.compareTo(most.orElseThrow()) <= 0
                && taken.compareTo(most.orElseThrow().minus(bound)) <= 0;
    }

    private String words(Money bound, Money limit) {
        String before = taken.equals(Money.ZERO) ? "" : ", of which other attempts of this call have taken $" + taken;
        return "this call may cost up to $" + bound + " and x-sluice-max-cost allows $" + limit + before
                + "; allow more, ask for fewer output tokens, or use a cheaper model";
    }

    private static Failure refusal(String words) {
        return new Failure.BadRequest(400, words, OwnHeaders.MAX_COST, CODE);
    }

    /** An attempt may cost so much from now on. */
    public void hold(Money bound) {
        if (isSet()) {
            taken = taken.plus(bound);
        }
    }

    /** An attempt is over, and was never sent. */
    public void release(Money bound) {
        if (isSet()) {
            taken = taken.minus(bound);
        }
    }

    /** An attempt is over. Where nobody knows what it cost, it keeps its bound. */
    public void settle(Money bound, Outcome outcome) {
        if (isSet() && outcome.state() != Outcome.State.IN_DOUBT) {
            taken = taken.minus(bound);
            if (outcome.cost() instanceof Cost.Priced(Money amount)) {
                taken = taken.plus(amount);
            }
        }
    }

    /** The bound of the dearest attempt so far, for the client that set a ceiling; empty where no price was known. */
    public Optional<Money> dearest() {
        return dearest;
    }
}
