package dev.sluice.pipeline;

import dev.sluice.dialect.Target;
import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Need;
import dev.sluice.ledger.budget.Period;
import dev.sluice.ledger.budget.Ruling;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.ledger.budget.Thrift;
import dev.sluice.model.Allowance;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.money.Ceiling;
import dev.sluice.pipeline.money.SpendingRules;
import dev.sluice.pipeline.money.Treasury;
import dev.sluice.time.ClockSense;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * What one attempt holds of its limits before it leaves. Where its upper bound does not fit it waits for others to
 * settle, then asks for a shorter answer, then gives up; it never goes ahead short. Lives on one loop.
 */
final class Purse {
    /**
     * Ten times the largest window that there is. All of a cap is held and, where nobody sees the end, booked: with one
     * beyond this a client could fill the book's sums to the brim.
     */
    private static final long MOST_OUTPUT = 100_000_000;

    private final Budgets budgets;
    private final SpendingRules rules;
    private final Spender spender;
    private final boolean generates;
    private final Optional<Reserve.Share> share;
    private final Optional<String> surcharge;
    private Optional<Long> waitingSince = Optional.empty();
    private Optional<Long> askingSince = Optional.empty();

    /** What is next. */
    sealed interface Step {
        /** What does not change what is asked for. */
        sealed interface Plain extends Step {}

        /** All of it is held. */
        record Go() implements Plain {}

        /** Others may give something back soon: ask again at the next beat. */
        record Wait() implements Plain {}

        /** Ask again with an answer of so many tokens at most. */
        record Shorten(long tokens) implements Step {}

        /**
         * There is no room.
         *
         * @param instead what the limit in the way says about cheaper ways
         */
        record Refuse(Failure failure, Optional<Thrift> instead) implements Plain {}
    }

    private static final Step GO = new Step.Go();
    private static final Step WAIT = new Step.Wait();

    Purse(Treasury treasury, Request request, Target target, Optional<Reserve.Share> share) {
        this.share = share;
        this.budgets = treasury.budgets();
        this.rules = treasury.rules();
        this.spender = new Spender(request.caller(), target.provider(), target.model());
        this.surcharge = request.inbound().bulk().surcharge();
        this.generates = request.inbound().endpoint().operation() != Operation.EMBEDDING;
    }

    /**
     * The cap that is sent instead of the client's; empty where that one, or none, is sent.
     *
     * @param asked by the client
     */
    Optional<Long> capFor(OptionalLong asked, Ceiling ceiling, boolean free) {
        if (asked.isPresent()) {
            return free || asked.getAsLong() <= MOST_OUTPUT ? Optional.empty() : Optional.of(MOST_OUTPUT);
        }
        return ceiling.isSet() && !free ? usualCap() : neededCap(free);
    }

    /** The cap that must be sent upstream so that the attempt has an upper bound; empty where no limit needs one. */
    private Optional<Long> neededCap(boolean free) {
        return generates && isLimited(free) ? usualCap() : Optional.empty();
    }

    /** Whether any limit could concern what is sent. */
    boolean isLimited(boolean free) {
        return budgets.concerns(spender, Measure.TOKENS) || (!free && budgets.concerns(spender, Measure.MONEY));
    }

    /** The cap of an answer that must have one and whose client named none; empty where there is no answer to cap. */
    private Optional<Long> usualCap() {
        return generates ? Optional.of(rules.usualOutput()) : Optional.empty();
    }

    /**
     * Tries to hold.
     *
     * @param id the attempt's
     * @param most what is about to be sent may cost and count
     * @param bounds what an answer of so many tokens at most may cost and count, the prompt included
     * @param cap the answer's cap as it is about to be sent
     */
    Step hold(String id, Need most, LongFunction<Need> bounds, long cap, Instant at, long nowNanos) {
        if (!ClockSense.isSane(at) && budgets.isBound(spender)) {
            return new Step.Refuse(
                    new Failure.OverBudget(
                            "this gateway's clock says " + at + ", so nobody can tell which day's budget holds; its "
                                    + "operator must set the clock",
                            Optional.empty()),
                    Optional.empty());
        }
        if (share.filter(own -> own.take(id, spender, most)).isPresent()) {
            return GO;
        }
        return switch (budgets.hold(id, spender, most, at)) {
            case Ruling.Held() -> GO;
            case Ruling.Unbounded(Limit limit) ->
                new Step.Refuse(new Failure.OverBudget(unbounded(limit), Optional.empty()), limit.thrift());
            case Ruling.Forgotten(Limit limit) ->
                isPatienceOver(nowNanos)
                        ? new Step.Refuse(new Failure.LedgerUnavailable(forgotten(limit)), limit.thrift())
                        : WAIT;
            case Ruling.Crowded(Limit limit) ->
                new Step.Refuse(new Failure.OverBudget(crowded(limit), Optional.empty()), limit.thrift());
            case Ruling.Asked(Limit limit) -> asked(id, limit, nowNanos);
            case Ruling.Unreachable(Limit limit) ->
                new Step.Refuse(new Failure.SharedStoreUnavailable(unreachable(limit)), limit.thrift());
            case Ruling.Insufficient missing ->
                without(missing, most.most().of(missing.limit().measure()), bounds, cap, at, nowNanos);
        };
    }

    private String unbounded(Limit limit) {
        String law = ", and the budget of " + limit.title() + " lets nothing pass whose cost has no bound; ";
        return surcharge
                .map(field -> "with '" + field + "' the price list does not say what a call costs" + law
                        + "leave the field out")
                .orElseGet(() -> "no price is known for " + spender.model() + " at " + spender.provider() + law
                        + "add its price to your price file");
    }

    /** Without a time to wait: a new name finds room in the next window, but it is the number of names that must change. */
    static String crowded(Limit limit) {
        return "the limit of " + limit.title()
                + " counts each name apart, and it counts so many different ones already that"
                + " there is no room for another of this caller's; names that it counts still pass: send fewer different"
                + " ones, or have the operator set the limit for fewer names, or a shorter period";
    }

    static String forgotten(Limit limit) {
        return "this gateway's clock was put back, and what was spent by then of the limit of " + limit.title()
                + " is being read from the ledger; try again shortly";
    }

    private Step asked(String id, Limit limit, long nowNanos) {
        if (askingSince.isEmpty()) {
            askingSince = Optional.of(nowNanos);
        }
        if (nowNanos - askingSince.get() < rules.patienceForLease().toNanos()) {
            return WAIT;
        }
        budgets.release(id);
        return new Step.Refuse(
                new Failure.SharedStoreUnavailable("the limit of " + limit.title()
                        + " is shared by several gateways, and none of it could be leased in time; try again shortly"),
                limit.thrift());
    }

    static String unreachable(Limit limit) {
        return "the limit of " + limit.title() + " is shared by several gateways, and the store of the shared budgets"
                + " cannot be reached, so nobody can tell what is left; use a free model, or try again later";
    }

    private Step without(
            Ruling.Insufficient missing, long most, LongFunction<Need> bounds, long cap, Instant at, long nowNanos) {
        boolean wait = missing.held() > 0 && !isPatienceOver(nowNanos);
        long perhaps = missing.free() + missing.held();
        if (wait && most <= perhaps) {
            return WAIT;
        }
        if (generates && rules.leastOutput() > 0) {
            long least = Math.min(rules.leastOutput(), cap);
            long fitting = longestFitting(bounds, cap, at);
            if (fitting >= least && fitting < cap) {
                return new Step.Shorten(fitting);
            }
            if (wait && bounds.apply(least).most().of(missing.limit().measure()) <= perhaps) {
                return WAIT;
            }
        }
        return new Step.Refuse(refusal(missing, most, at), missing.limit().thrift());
    }

    private boolean isPatienceOver(long nowNanos) {
        if (waitingSince.isEmpty()) {
            waitingSince = Optional.of(nowNanos);
        }
        return nowNanos - waitingSince.get() >= rules.patience().toNanos();
    }

    /** The longest answer whose bound fits what is left now; 0 where none does. */
    private long longestFitting(LongFunction<Need> bounds, long cap, Instant at) {
        long money = budgets.room(spender, Measure.MONEY, at);
        long tokens = budgets.room(spender, Measure.TOKENS, at);
        long fits = 0;
        long fitsNot = Math.max(cap, cap + 1); // Behind the largest number there is none.
        while (fitsNot - fits > 1) {
            long middle = fits + (fitsNot - fits) / 2;
            Amounts most = bounds.apply(middle).most();
            if (most.money() <= money && most.tokens() <= tokens) {
                fits = middle;
            } else {
                fitsNot = middle;
            }
        }
        return fits;
    }

    private static Failure.OverBudget refusal(Ruling.Insufficient missing, long most, Instant at) {
        Optional<Duration> reset = missing.until().equals(Instant.MAX)
                ? Optional.empty()
                : Optional.of(Duration.between(at, missing.until()));
        return new Failure.OverBudget(words(missing, most), reset, left(missing, reset));
    }

    /** OpenAI has headers for calls and tokens and none for money; what is left of that stands in the message. */
    private static Optional<Allowance> left(Ruling.Insufficient missing, Optional<Duration> reset) {
        return missing.limit().measure() == Measure.TOKENS
                ? Optional.of(new Allowance(
                        Allowance.Unit.TOKENS, missing.limit().amount(), Math.max(0, missing.free()), reset))
                : Optional.empty();
    }

    private static String words(Ruling.Insufficient missing, long most) {
        Limit limit = missing.limit();
        String account = missing.account().isEmpty() || limit.title().endsWith(missing.account())
                ? ""
                : " (" + missing.account() + ")";
        String more = missing.held() > 0 ? ", " + amount(limit, missing.held()) + " more held by calls under way" : "";
        return "the limit of " + limit.title() + account + " has " + amount(limit, Math.max(0, missing.free())) + " of "
                + amount(limit, limit.amount()) + " left" + more + "; this call may take up to " + amount(limit, most)
                + ": ask for fewer output tokens, use a free model, or "
                + (limit.period() == Period.TOTAL
                        ? "have the limit raised"
                        : "wait for the next " + limit.period().word());
    }

    private static String amount(Limit limit, long amount) {
        return switch (limit.measure()) {
            case MONEY -> "$" + new Money(amount);
            case TOKENS -> amount + " tokens";
            case CALLS, RUNNING -> amount + " calls";
        };
    }

    /** Ends the hold: so much was taken. */
    void settle(String id, Amounts taken) {
        budgets.settle(id, taken);
    }

    /** Ends the hold: nothing was taken. */
    void release(String id) {
        budgets.release(id);
    }

    /** Nobody knows what was taken. */
    void doubt(String id) {
        budgets.doubt(id);
    }
}
