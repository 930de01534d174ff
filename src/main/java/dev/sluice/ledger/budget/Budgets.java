package dev.sluice.ledger.budget;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private volatile boolean any;

    public Budgets(Collection<Limit> limits, Watcher watcher) {
        this(limits, watcher, true);
    }

    private Budgets(Collection<Limit> limits, Watcher watcher, boolean counts) {
        this.holds = new Holds(limits, watcher);
        this.counts = counts;
        this.any = !limits.isEmpty();
    }

    /** No limits, for ever: {@link #prepare} and {@link #replace} refuse. */
    public static Budgets none() {
        return new Budgets(List.of(), Watcher.NOBODY, false);
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
        synchronized (lock) {
            return holds.hold(id, spender, need, at);
        }
    }

    /** See {@link Holds#room}. */
    public long room(Spender spender, Measure measure, Instant at) {
        synchronized (lock) {
            return holds.room(spender, measure, at);
        }
    }

    /** See {@link Holds#settle}. */
    public void settle(String id, Amounts taken) {
        change(all -> all.settle(id, taken));
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

    private void refuseNever() {
        if (!counts) {
            throw new IllegalStateException("limits need a ledger");
        }
    }
}
