package dev.sluice.ledger.budget;

import java.time.Instant;
import java.util.Optional;

/** What one spender has taken of one limit in one window. Not thread-safe. */
final class Account {
    /** So that what is used, held and in doubt together stay within 63 bits. */
    private static final long MOST = Long.MAX_VALUE / 2;

    private Limit limit;
    private final String name;
    private final String payer;
    private final Window window;
    private long used;
    private long held;
    private long doubt;
    private int marked;
    private boolean saving;
    private boolean muted;
    private final Optional<Lease> lease;

    /**
     * @param payer on whose part of the room it is
     * @param lease empty where no other gateway draws on the limit
     */
    Account(Limit limit, String name, String payer, Window window, Optional<Lease> lease) {
        this.limit = limit;
        this.name = name;
        this.payer = payer;
        this.window = window;
        this.lease = lease;
    }

    /** The amount, the marks or the thrift may be others from now on; only marks that are reached by it are told. */
    void change(Limit changed, Watcher watcher) {
        int before = marked;
        if (changed.amount() < limit.amount()) {
            giveAllBack();
        }
        limit = changed;
        muted = false;
        changed();
        marked = 0;
        saving = false;
        look(new Watcher() {
            @Override
            public void marked(Balance standing, int mark) {
                if (mark > before) {
                    watcher.marked(standing, mark);
                }
            }

            @Override
            public void overrun(Balance standing, long by) {
                watcher.overrun(standing, by);
            }
        });
    }

    /** Its limit does not bind yet: what is found here is nobody's news. */
    void mute() {
        muted = true;
    }

    /** Its limit is gone; the pool is told that nothing is wanted here any more. */
    void retire() {
        changed();
        muted = true;
    }

    boolean isMuted() {
        return muted;
    }

    /** The same at every gateway that has this limit. */
    String key() {
        String when = window.equals(Window.ALWAYS) ? "" : window.from().toString();
        return limit.id() + " " + when + " " + name;
    }

    Limit limit() {
        return limit;
    }

    String name() {
        return name;
    }

    String payer() {
        return payer;
    }

    Window window() {
        return window;
    }

    boolean takes(long amount) {
        return !limit.hard() || amount <= free();
    }

    /** What may be held this moment. */
    private long free() {
        long most = lease.isPresent() ? lease.get().share().lease() : Long.MAX_VALUE;
        return Math.min(limit.amount(), most) - own();
    }

    /** What is left of the amount, wherever it is leased. */
    long left() {
        return limit.amount() - own() - elsewhere().needed();
    }

    /** All that is taken here, for good or not. */
    long own() {
        return used + held + doubt;
    }

    /** What calls under way hold, here and elsewhere. */
    long underWay() {
        return held + elsewhere().needed() - elsewhere().used();
    }

    private Share elsewhere() {
        return lease.isPresent() ? lease.get().share() : Share.NOTHING;
    }

    /**
     * Whether what does not fit might, once the pool has been asked.
     *
     * @param round after which it was asked for
     */
    boolean mayStillTake(long amount, long round) {
        return lease.isPresent()
                && amount <= limit.amount() - own()
                && (amount <= left() || !lease.get().isAnsweredSince(round));
    }

    /** Whether it is shared and binds, so that something can be leased for it. */
    boolean isLeased() {
        return lease.isPresent() && limit.hard() && !muted;
    }

    // ---- what the pool is told, and tells

    private void changed() {
        if (lease.isPresent() && !muted) {
            lease.get().changed(this);
        }
    }

    /** Whether something is leased that nothing here needs. */
    boolean hasSpare() {
        return lease.isPresent() && lease.get().share().lease() > own();
    }

    /** Another gateway misses something here. */
    void noteWanted() {
        lease.ifPresent(Lease::noteWanted);
    }

    /** Keeps nothing leased but what is taken already. */
    void giveAllBack() {
        lease.ifPresent(part -> part.shrink(own()));
    }

    PoolReport report(Sharing.Want want, Instant at) {
        return lease.orElseThrow().report(this, isLeased(), want, at);
    }

    void answered(Share share, long round, Watcher watcher) {
        lease.orElseThrow().answered(isLeased() ? share : share.withLease(0), round);
        if (!muted) {
            look(watcher);
        }
    }

    long used() {
        return used;
    }

    boolean isSaving() {
        return saving;
    }

    /** Whether nothing is lost where it is forgotten. What is leased must be given back first, so one that is shared stays. */
    boolean isUnused() {
        return own() == 0 && lease.isEmpty();
    }

    /** The same of one that is shared: nothing is leased, and the pool knows. */
    boolean isUntouched() {
        return own() == 0 && lease.filter(part -> part.isTold(this)).isPresent();
    }

    /** Whether nothing waits for its end here. */
    boolean isQuiet() {
        return held == 0 && doubt == 0;
    }

    void hold(long amount) {
        held += amount;
        changed();
    }

    void release(long amount) {
        held -= amount;
        changed();
    }

    void intoDoubt(long amount) {
        held -= amount;
        doubt += amount;
    }

    void outOfDoubt(long amount) {
        doubt -= amount;
        changed();
    }

    /** @param most what was held for it */
    void use(long amount, long most, Watcher watcher) {
        add(amount);
        if (muted) {
            return;
        }
        if (amount > most) {
            watcher.overrun(balance(), amount - most);
        }
        look(watcher);
    }

    /** What was used in an earlier life. It may reach a mark: one that another setting has put there since. */
    void remember(long amount, Watcher watcher) {
        add(amount);
        if (!muted) {
            look(watcher);
        }
    }

    void rememberDoubt(long amount) {
        doubt += amount;
        changed();
    }

    private void look(Watcher watcher) {
        for (int mark : limit.marks()) {
            if (mark > marked && reaches(mark)) {
                marked = mark;
                watcher.marked(balance(), mark);
            }
        }
        limit.thrift()
                .ifPresent(
                        thrift -> saving = reaches(thrift.from()) || (saving && reaches(thrift.from() - Thrift.SLACK)));
    }

    /** A provider may charge anything; far beyond every amount it makes no difference any more. */
    private void add(long amount) {
        used = amount > MOST - used ? MOST : used + amount;
        changed();
    }

    /** Whether so many hundredths are used; 128 bits wide, because amounts may be. */
    private boolean reaches(int hundredths) {
        long spent = used + Math.min(elsewhere().used(), MOST);
        return Math.multiplyHigh(spent, 100) > Math.multiplyHigh(limit.amount(), hundredths)
                || (Math.multiplyHigh(spent, 100) == Math.multiplyHigh(limit.amount(), hundredths)
                        && Long.compareUnsigned(spent * 100, limit.amount() * hundredths) >= 0);
    }

    Balance balance() {
        return new Balance(limit, name, window, used, held, doubt, saving, lease.map(Lease::share));
    }
}
