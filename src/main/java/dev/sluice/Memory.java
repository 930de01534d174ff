package dev.sluice;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Lost;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Period;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.ledger.budget.Window;
import dev.sluice.ledger.report.Reports;
import dev.sluice.model.Caller;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells limits what the ledger knows of their present windows: they have no memory of their own.
 *
 * <p>A limit that comes while calls run counts exactly what it would have counted had it been there all the time, in
 * three steps. From {@link Budgets#prepare} on it counts each attempt that is under way, in doubt or still to come, but
 * does not bind; in the same step it is fixed what it does not know: attempts that have ended before. These are in the
 * ledger, because an end is said there first, and {@link #await} waits until reports see it. The sum that is then read
 * leaves out what the limit counts by itself, and the names of that are asked for only after the sum's moment is fixed:
 * what ends in between is in the sum and named, or in neither. Nothing is counted twice and nothing is lost. Only then
 * does {@link Budgets#replace} let all new limits bind, in one step with the changes of the old ones; until then the
 * limits of before hold, and no call is refused or waits for it. What a limit for each minute has seen before it came is
 * not looked up.
 *
 * <p>Of a call whose client left and whose answer is still being read at that moment the money is exact, but the call
 * itself is missing from the new count of calls of a tier.
 */
final class Memory {
    private static final int MOST_IN_DOUBT = 1_000_000;
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final long LOOK = 5_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Memory.class);

    private final Reports reports;
    private final Clocks clocks;

    Memory(Reports reports, Clocks clocks) {
        this.reports = reports;
        this.clocks = clocks;
    }

    /** Counts the past of these limits. Those of a minute begin anew, and so do calls under way: there are none. */
    void restore(Budgets budgets, Collection<Limit> limits) {
        reports.newest().ifPresent(budgets::beware);
        rememberDoubts(budgets); // First: one of a day ahead makes the limits forget days that are long before it.
        count(budgets, limits, window -> reports.spent(window.from(), window.to()));
    }

    /**
     * Lets these limits be the ones that hold, while calls run. Blocks until the past of those that are new is known.
     *
     * @throws IOException where the ledger does not tell it; then the limits of before hold on
     */
    synchronized void introduce(Budgets budgets, Collection<Limit> limits, Ledger ledger) throws IOException {
        List<Limit> fresh = budgets.prepare(limits);
        if (!fresh.isEmpty()) {
            try {
                await(ledger, ledger.said());
                countBesides(budgets, fresh);
            } catch (IOException | RuntimeException failed) {
                budgets.forgetComing();
                throw failed;
            }
        }
        budgets.replace(limits);
    }

    /**
     * Tells limits of windows that they had forgotten when a clock that had run ahead was put back into them: what has ended
     * before, which was said to the ledger, without what they have counted since. Where the ledger does not tell it yet,
     * hard ones refuse until another time. Not beside {@link #introduce}: a limit must not be told by both.
     */
    synchronized void recall(Budgets budgets, Ledger ledger) {
        List<Lost> all = budgets.lost();
        try {
            if (!all.isEmpty()) {
                await(ledger, ledger.said());
                recall(budgets, all);
            }
        } catch (IOException failed) {
            LOG.warn("what was spent before the clock was put back is not known yet: {}", failed.getMessage());
        }
    }

    /** The second half: what was said before these were asked for must be archived. */
    void recall(Budgets budgets, List<Lost> all) {
        all.forEach(lost -> budgets.recall(lost, past(budgets, lost)));
    }

    private Map<Spender, Amounts> past(Budgets budgets, Lost lost) {
        Map<Spender, Amounts> past = new HashMap<>();
        Window window = lost.window();
        reports.spentBesides(window.from(), window.to(), () -> budgets.counted(lost))
                .forEach(spent -> past.merge(spender(spent), used(spent), Amounts::plus));
        return past;
    }

    private void await(Ledger ledger, long mark) throws IOException {
        long until = clocks.ticker().nanos() + LONGEST.toNanos();
        while (!ledger.hasArchived(mark)) {
            if (clocks.ticker().nanos() - until > 0 || Thread.currentThread().isInterrupted()) {
                throw new IOException("the ledger's archive is behind, so nobody can tell what was spent already");
            }
            LockSupport.parkNanos(LOOK);
        }
    }

    /** The second half of {@link #introduce}: what was said before the limits were prepared must be archived. */
    void countBesides(Budgets budgets, Collection<Limit> fresh) {
        count(budgets, fresh, window -> reports.spentBesides(window.from(), window.to(), budgets::counted));
    }

    private void count(Budgets budgets, Collection<Limit> limits, Function<Window, List<Spent>> past) {
        Instant now = clocks.wall().instant();
        Map<Window, List<Limit>> byWindow = new LinkedHashMap<>();
        limits.stream()
                .filter(limit -> limit.period() != Period.MINUTE && limit.measure() != Measure.RUNNING)
                .forEach(limit -> byWindow.merge(
                        limit.period().window(now, limit.zone()),
                        List.of(limit),
                        (some, more) ->
                                Stream.concat(some.stream(), more.stream()).toList()));
        byWindow.forEach((window, concerned) -> {
            for (Spent spent : past.apply(window)) {
                concerned.forEach(limit -> budgets.remember(limit, spender(spent), now, used(spent)));
            }
            concerned.forEach(limit -> budgets.remembered(limit, now));
        });
    }

    /** Also where there is no limit: one may come before they are resolved. */
    private void rememberDoubts(Budgets budgets) {
        for (Attempt attempt : reports.inDoubt(MOST_IN_DOUBT)) {
            attempt.intent()
                    .bound()
                    .ifPresent(bound -> budgets.rememberDoubt(
                            attempt.intent().attemptId(),
                            new Spender(
                                    attempt.intent().caller(),
                                    attempt.intent().provider(),
                                    attempt.intent().model()),
                            attempt.intent().at(),
                            Amounts.attempt(bound, 0)));
        }
    }

    private static Amounts used(Spent spent) {
        return new Amounts(spent.settled().nanos(), spent.tokens(), spent.calls(), 0);
    }

    private static Spender spender(Spent spent) {
        return new Spender(
                new Caller(
                        spent.key(),
                        spent.tenant(),
                        spent.team(),
                        spent.user(),
                        spent.tier(),
                        spent.agent(),
                        spent.job(),
                        ""),
                spent.provider(),
                spent.model());
    }
}
