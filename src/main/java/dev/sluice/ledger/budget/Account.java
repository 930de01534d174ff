package dev.sluice.ledger.budget;

/** What one spender has taken of one limit in one window. Not thread-safe. */
final class Account {
    /** So that what is used, held and in doubt together stay within 63 bits. */
    private static final long MOST = Long.MAX_VALUE / 2;

    private Limit limit;
    private final String name;
    private final Window window;
    private long used;
    private long held;
    private long doubt;
    private int marked;
    private boolean saving;
    private boolean muted;

    Account(Limit limit, String name, Window window) {
        this.limit = limit;
        this.name = name;
        this.window = window;
    }

    /** The amount, the marks or the thrift may be others from now on; only marks that are reached by it are told. */
    void change(Limit changed, Watcher watcher) {
        int before = marked;
        limit = changed;
        muted = false;
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

    /** Its limit does not bind, not yet or no more: what is found here is nobody's news. */
    void mute() {
        muted = true;
    }

    Limit limit() {
        return limit;
    }

    Window window() {
        return window;
    }

    boolean takes(long amount) {
        return !limit.hard() || amount <= free();
    }

    long free() {
        return limit.amount() - used - held - doubt;
    }

    long held() {
        return held;
    }

    String name() {
        return name;
    }

    boolean isSaving() {
        return saving;
    }

    /** Whether nothing waits for its end here. */
    boolean isQuiet() {
        return held == 0 && doubt == 0;
    }

    void hold(long amount) {
        held += amount;
    }

    void release(long amount) {
        held -= amount;
    }

    void intoDoubt(long amount) {
        held -= amount;
        doubt += amount;
    }

    void outOfDoubt(long amount) {
        doubt -= amount;
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

    /** What was used in an earlier life. */
    void remember(long amount) {
        add(amount);
        if (!muted) {
            look(Watcher.NOBODY);
        }
    }

    void rememberDoubt(long amount) {
        doubt += amount;
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
    }

    /** Whether so many hundredths are used; 128 bits wide, because amounts may be. */
    private boolean reaches(int hundredths) {
        return Math.multiplyHigh(used, 100) > Math.multiplyHigh(limit.amount(), hundredths)
                || (Math.multiplyHigh(used, 100) == Math.multiplyHigh(limit.amount(), hundredths)
                        && Long.compareUnsigned(used * 100, limit.amount() * hundredths) >= 0);
    }

    Balance balance() {
        return new Balance(limit, name, window, used, held, doubt, saving);
    }
}
