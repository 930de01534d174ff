package dev.sluice.ledger.budget;

import dev.sluice.model.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The door to {@link Holds} for all threads. One lock, held for less than a microsecond: an event loop may come through
 * here. What is under way is known also where no limit concerns it, because one may come at any moment; only where
 * {@link #none} ever can, nothing is done at all.
 */
public final class Budgets {
    private final Holds holds;
    private final Object lock = new Object();
    private final boolean counts;
    private final Semaphore wanting = new Semaphore(0);
    private volatile boolean any;

    /** Limits of which this gateway alone draws. */
    public Budgets(Collection<Limit> limits, Watcher watcher) {
        this(new Holds(limits, watcher), !limits.isEmpty(), true);
    }

    private Budgets(Holds holds, boolean any, boolean counts) {
        this.holds = holds;
        this.any = any;
        this.counts = counts;
    }

    /** Limits of which several gateways draw; a {@link PoolLink} must keep them in step with the others. */
    public static Budgets shared(Collection<Limit> limits, Watcher watcher) {
        return new Budgets(Holds.shared(limits, watcher), !limits.isEmpty(), true);
    }

    /** No limits, for ever: {@link #prepare} and {@link #replace} refuse. */
    public static Budgets none() {
        return new Budgets(new Holds(List.of(), Watcher.NOBODY), false, false);
    }

    /** See {@link Holds#concerns}. */
    public boolean concerns(Spender spender, Measure measure) {
        if (!any) {
            return false;
        }
        synchronized (lock) {
            return holds.concerns(spender, measure);
        }
    }

    /** See {@link Holds#isBound}. */
    public boolean isBound(Spender spender) {
        if (!any) {
            return false;
        }
        synchronized (lock) {
            return holds.isBound(spender);
        }
    }

    /** See {@link Holds#hold}. */
    public Ruling hold(String id, Spender spender, Need need, Instant at) {
        if (!counts) {
            return new Ruling.Held();
        }
        Ruling ruling;
        synchronized (lock) {
            ruling = holds.hold(id, spender, need, at);
        }
        if (ruling instanceof Ruling.Asked) {
            wanting.release();
        }
        return ruling;
    }

    /** See {@link Holds#room}. */
    public long room(Spender spender, Measure measure, Instant at) {
        synchronized (lock) {
            return holds.room(spender, measure, at);
        }
    }

    /** See {@link Holds#draw}. */
    public boolean draw(String from, String id, Spender spender, Need need) {
        synchronized (lock) {
            return holds.draw(from, id, spender, need);
        }
    }

    /** See {@link Holds#settle(String, Amounts)}. */
    public void settle(String id, Amounts taken) {
        change(all -> all.settle(id, taken));
    }

    /** See {@link Holds#settle(String, Money)}. */
    public void settle(String id, Money cost) {
        change(all -> all.settle(id, cost));
    }

    /** See {@link Holds#release}. */
    public void release(String id) {
        change(all -> all.release(id));
    }

    /** See {@link Holds#doubt}. */
    public void doubt(String id) {
        change(all -> all.doubt(id));
    }

    /** See {@link Holds#remember}. */
    public void remember(Limit limit, Spender spender, Instant at, Amounts used) {
        change(all -> all.remember(limit, spender, at, used));
    }

    /** See {@link Holds#rememberDoubt}. */
    public void rememberDoubt(String id, Spender spender, Instant at, Amounts most) {
        change(all -> all.rememberDoubt(id, spender, at, most));
    }

    private void change(Consumer<Holds> deed) {
        if (counts) {
            synchronized (lock) {
                deed.accept(holds);
            }
        }
    }

    /** See {@link Holds#saving}. */
    public Optional<Limit> saving(Spender spender, Instant at) {
        if (!any) {
            return Optional.empty();
        }
        synchronized (lock) {
            return holds.saving(spender, at);
        }
    }

    /** See {@link Holds#balances}. */
    public List<Balance> balances(Instant at) {
        synchronized (lock) {
            return holds.balances(at);
        }
    }

    /** How many holds have not ended, those in doubt included. */
    public int open() {
        synchronized (lock) {
            return holds.open();
        }
    }

    /** See {@link Holds#prepare}. Takes a moment for each hold that is open. */
    public List<Limit> prepare(Collection<Limit> limits) {
        refuseNever();
        synchronized (lock) {
            return holds.prepare(limits);
        }
    }

    /** See {@link Holds#counted}. */
    public Set<String> counted() {
        synchronized (lock) {
            return holds.counted();
        }
    }

    /** See {@link Holds#forgetComing}. */
    public void forgetComing() {
        change(Holds::forgetComing);
    }

    /** See {@link Holds#replace}. */
    public List<Limit> replace(Collection<Limit> limits) {
        refuseNever();
        synchronized (lock) {
            List<Limit> fresh = holds.replace(limits);
            any = !limits.isEmpty();
            return fresh;
        }
    }

    /** See {@link Holds#lost}. */
    public List<Lost> lost() {
        synchronized (lock) {
            return holds.lost();
        }
    }

    /** See {@link Holds#counted(Lost)}. */
    public Set<String> counted(Lost lost) {
        synchronized (lock) {
            return holds.counted(lost);
        }
    }

    /** See {@link Holds#beware}. */
    public void beware(Instant newest) {
        change(all -> all.beware(newest));
    }

    /** See {@link Holds#remembered}. */
    public void remembered(Limit limit, Instant at) {
        change(all -> all.remembered(limit, at));
    }

    /** See {@link Holds#recall}. */
    public void recall(Lost lost, Map<Spender, Amounts> past) {
        change(all -> all.recall(lost, past));
    }

    // ---- limits that several gateways share

    /** Waits until a call wants more than is leased, at most so long. */
    boolean awaitWant(Duration longest) throws InterruptedException {
        boolean wanted = wanting.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS);
        wanting.drainPermits();
        return wanted;
    }

    /** See {@link Holds#reports}. */
    List<PoolReport> reports(int most, int fresh, Instant at) {
        synchronized (lock) {
            return holds.reports(most, fresh, at);
        }
    }

    /** See {@link Holds#answered}. */
    void answered(Pool.Answer answer) {
        change(all -> all.answered(answer));
    }

    /** See {@link Holds#unanswered}. */
    void unanswered(boolean expelled) {
        change(all -> all.unanswered(expelled));
    }

    /** See {@link Holds#giveAllBack}. */
    void giveAllBack() {
        change(Holds::giveAllBack);
    }

    boolean isWaitedFor() {
        synchronized (lock) {
            return holds.isWaitedFor();
        }
    }

    /** See {@link Holds#isBehind}. */
    boolean isBehind(int most) {
        synchronized (lock) {
            return holds.isBehind(most);
        }
    }

    /** See {@link Holds#pool}. */
    public Optional<PoolState> pool() {
        synchronized (lock) {
            return holds.pool();
        }
    }

    private void refuseNever() {
        if (!counts) {
            throw new IllegalStateException("limits need a ledger");
        }
    }
}
