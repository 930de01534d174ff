package dev.sluice.ledger.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A limit with its accounts by window and name. Not thread-safe. */
final class Shelf {
    private static final Window NONE = new Window(Instant.EPOCH, Instant.EPOCH);

    /** So long a window outlives its end: a clock that is put back finds what was used already. */
    private static final Duration KEPT = Duration.ofDays(2);

    private static final Duration MINUTES_KEPT = Duration.ofMinutes(10);

    /** A soft limit lets everything pass; a million of these still fit into 63 bits. */
    private static final long SOFT_MOST = Long.MAX_VALUE >>> 20;

    private Limit limit;
    private boolean binds;
    private final Optional<Sharing> sharing;
    private Window newest = NONE;

    /** What was used in a window that ends here or before is known only where it is still kept. */
    private Instant forgotten = Instant.MIN;

    /** The ledger may have something of windows that begin here or before. */
    private Instant untold = Instant.MIN;

    private final Map<Window, Page> windows = new HashMap<>();

    /**
     * @param binds false while it only counts: nobody is told of what is found in it
     * @param sharing empty where no other gateway draws on the limit
     */
    Shelf(Limit limit, boolean binds, Optional<Sharing> sharing) {
        this.limit = limit;
        this.binds = binds;
        this.sharing = sharing;
    }

    /** So much of one account. */
    record Claim(Shelf shelf, Account account, long amount) {
        Claim of(long other) {
            return new Claim(shelf, account, other);
        }

        /** The account as it stands here; one that is not kept yet, or no longer, is kept from now on. */
        Account standing() {
            return shelf.keep(account);
        }

        /** Its end has come: an account of which nothing was taken need not stay. */
        void leave(String id) {
            shelf.noteEnd(account, id);
            shelf.forgetUnused(account);
        }
    }

    Limit limit() {
        return limit;
    }

    private Window window(Instant at) {
        if (!newest.contains(at)) {
            Window window = limit.window(at);
            if (window.from().isBefore(newest.from())) {
                return window; // A clock was put back, or something of earlier has come late.
            }
            boolean first = newest.equals(NONE);
            newest = window;
            if (limit.period() != Period.TOTAL) {
                forgetPast(first);
            }
        }
        return newest;
    }

    /** @param first whether this is the window in which the limit began: nobody has told it of those before */
    private void forgetPast(boolean first) {
        Instant longAgo = newest.from().minus(limit.period() == Period.MINUTE ? MINUTES_KEPT : KEPT);
        forgotten = first ? newest.from() : max(forgotten, longAgo);
        windows.entrySet().removeIf(entry -> {
            boolean over =
                    entry.getKey().to().isBefore(longAgo) && entry.getValue().isQuiet();
            if (over) {
                sharing.ifPresent(all -> entry.getValue().accounts().forEach(all::forgotten));
            }
            return over;
        });
    }

    private static Instant max(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private Page page(Instant at) {
        return page(window(at));
    }

    private Page page(Window window) {
        return windows.computeIfAbsent(window, _ -> new Page(isAhead(window)));
    }

    /** Windows that begin before it are not taken for empty, also where the clock comes to them only now. */
    void beware(Instant newest) {
        untold = max(untold, newest);
    }

    /** Whether nothing can have been used in a window that is not kept; the ledger does not know minutes. */
    private boolean isAhead(Window window) {
        return limit.period() == Period.MINUTE
                || limit.measure() == Measure.RUNNING
                || (window.to().isAfter(forgotten) && window.from().isAfter(untold));
    }

    /** Whether it counts all that was used in the moment's window; a clock that was put back may come into one it has forgotten. */
    boolean knows(Instant at) {
        Page page = page(at);
        if (!page.isKnown()) {
            page.miss();
        }
        return page.isKnown();
    }

    /** Windows that calls have asked for, and of which only what came since is known. */
    List<Window> lost() {
        return windows.entrySet().stream()
                .filter(entry -> entry.getValue().isMissed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What has ended in a window since it is counted here again. */
    Set<String> ended(Window window) {
        return Optional.ofNullable(windows.get(window)).map(Page::ended).orElse(Set.of());
    }

    /** All that was used in the moment's window has been told. */
    void becomeKnown(Instant at) {
        page(at).becomeKnown();
    }

    /** Knows a {@link #lost} window again; nothing is changed where it is none any more. */
    void recall(Window window, Map<Spender, Amounts> past, Watcher watcher) {
        if (!lost().contains(window)) {
            return;
        }
        past.forEach((spender, used) -> limit.account(spender)
                .filter(_ -> used.of(limit.measure()) > 0)
                .flatMap(name -> account(name, spender, window.from()))
                .ifPresent(account -> account.remember(used.of(limit.measure()), watcher)));
        page(window).becomeKnown();
    }

    /** Every account of the window that the moment lies in. */
    Collection<Account> accountsAt(Instant at) {
        return page(at).accounts();
    }

    /** Empty where nothing was ever taken from it in that window. */
    Optional<Account> known(String name, Instant at) {
        return page(at).find(name);
    }

    /**
     * A fresh one where there is none; empty where the spender may not open one more. Of names that clients make up it is
     * not kept yet; a single name's is, to be shown.
     */
    Optional<Account> find(String name, Spender spender, Instant at) {
        if (!limit.isForEach()) {
            return account(name, spender, at);
        }
        Page page = page(at);
        return page.find(name)
                .or(() -> page.hasRoomFor(spender.payer())
                        ? Optional.of(fresh(name, spender.payer(), at))
                        : Optional.empty());
    }

    /**
     * Opened where there is none yet: what was taken already counts, whoever has opened how many. Empty where there are too
     * many in all; then no newcomer finds room either.
     */
    Optional<Account> account(String name, Spender spender, Instant at) {
        Page page = page(at);
        return page.find(name)
                .or(() -> page.isFull() ? Optional.empty() : Optional.of(keep(fresh(name, spender.payer(), at))));
    }

    private Account fresh(String name, String payer, Instant at) {
        Account fresh = new Account(limit, name, payer, window(at), sharing.map(Lease::new));
        if (!binds) {
            fresh.mute();
        }
        return fresh;
    }

    private Account keep(Account account) {
        Page page = page(account.window());
        return page.find(account.name()).orElseGet(() -> {
            page.open(account);
            sharing.ifPresent(all -> all.opened(account));
            return account;
        });
    }

    /** Through a hard limit nothing passes before it knows; a soft one that waits for too long counts anew. */
    private void noteEnd(Account account, String id) {
        Page page = page(account.window());
        page.noteEnd(id);
        if (page.isTooLate() && !limit.hard()) {
            page.becomeKnown();
        }
    }

    private void forgetUnused(Account account) {
        if (limit.isForEach() && account.isUnused()) {
            page(account.window()).forget(account);
        }
    }

    /** A call that had to ask the pool does not pass: an account that it opened, and nobody takes of, need not stay. */
    void leave(Sharing.Ask call) {
        limit.account(call.spender())
                .flatMap(name -> page(call.at()).find(name))
                .filter(account -> limit.isForEach() && account.own() == 0)
                .ifPresent(account -> sharing.ifPresent(all -> all.leave(account, page(account.window()))));
    }

    Claim claim(Account account, long amount) {
        // What is taken although it does not fit, by a limit that is to come, need not be more than fills it.
        long most = limit.hard() ? Math.max(limit.amount(), SOFT_MOST) : SOFT_MOST;
        return new Claim(this, account, Math.min(amount, most));
    }

    /** What is to be taken, whether it fits or not; empty where the limit is not concerned. */
    Optional<Claim> claim(Spender spender, Need need, Instant at) {
        Optional<String> name = need.concerns(limit.measure()) ? limit.account(spender) : Optional.empty();
        return name.flatMap(one -> account(one, spender, at))
                .map(account -> claim(account, need.most().of(limit.measure())));
    }

    /** From now on it binds, and as the changed limit says. */
    void bind(Limit changed, Watcher watcher) {
        limit = changed;
        binds = true;
        each(account -> account.change(changed, watcher));
    }

    /** Its limit is gone. */
    void retire() {
        each(Account::retire);
    }

    private void each(Consumer<Account> deed) {
        windows.values().forEach(page -> page.accounts().forEach(deed));
    }
}
