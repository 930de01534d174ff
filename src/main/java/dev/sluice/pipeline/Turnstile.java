package dev.sluice.pipeline;

import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Need;
import dev.sluice.ledger.budget.Ruling;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.model.Allowance;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.pipeline.client.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Counts calls, those under way and those of a day, against the caller's limits. Thread-safe. */
final class Turnstile {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Budgets budgets;
    private final InstantSource clock;

    Turnstile(Budgets budgets, InstantSource clock) {
        this.budgets = budgets;
        this.clock = clock;
    }

    /**
     * Lets the call in.
     *
     * @return false where it must ask again shortly, or {@link #leave}: a place is being leased from what several gateways
     *     share
     * @throws GatewayException with {@link Failure.Throttled} and its like
     */
    boolean enter(Request request) {
        Instant now = clock.instant();
        return switch (budgets.hold(name(request), Spender.of(request.caller()), Need.of(Amounts.CALL), now)) {
            case Ruling.Held _, Ruling.Unbounded _ -> true; // What has no bound is money, and this is none.
            case Ruling.Asked _ -> false;
            case Ruling.Unreachable(Limit limit) ->
                throw new GatewayException(new Failure.SharedStoreUnavailable(Purse.unreachable(limit)));
            case Ruling.Forgotten(Limit limit) ->
                throw new GatewayException(new Failure.LedgerUnavailable(Purse.forgotten(limit)));
            case Ruling.Crowded(Limit limit) ->
                throw new GatewayException(new Failure.OverBudget(Purse.crowded(limit), Optional.empty()));
            case Ruling.Insufficient missing -> throw new GatewayException(refusal(missing, now));
        };
    }

    /** It has waited for its place too long. */
    static Failure tooLate() {
        return new Failure.SharedStoreUnavailable(
                "a limit of this caller is shared by several gateways, and none of it could be leased in time; try again"
                        + " shortly");
    }

    private static Failure refusal(Ruling.Insufficient missing, Instant now) {
        Limit limit = missing.limit();
        if (limit.measure() == Measure.RUNNING) {
            return new Failure.Throttled(
                    limit.title() + " may have " + limit.amount() + " calls under way at once; wait for one to end",
                    SOON,
                    Optional.of(left(missing, Optional.empty())));
        }
        String words =
                limit.title() + " may make " + limit.amount() + " calls, and they are used up; wait for the next "
                        + limit.period().word();
        if (missing.until().equals(Instant.MAX)) {
            return new Failure.OverBudget(words, Optional.empty(), Optional.of(left(missing, Optional.empty())));
        }
        Duration wait = Duration.between(now, missing.until());
        return new Failure.Throttled(words, wait, Optional.of(left(missing, Optional.of(wait))));
    }

    private static Allowance left(Ruling.Insufficient missing, Optional<Duration> reset) {
        return new Allowance(Allowance.Unit.REQUESTS, missing.limit().amount(), Math.max(0, missing.free()), reset);
    }

    /** A call that asked nobody does not count. */
    void leave(Request request, boolean askedSomebody) {
        if (askedSomebody) {
            budgets.settle(name(request), Amounts.ENDED_CALL);
        } else {
            budgets.release(name(request));
        }
    }

    /** Attempts have numbers behind the request's id, so no attempt is called like this. */
    private static String name(Request request) {
        return request.id();
    }
}
