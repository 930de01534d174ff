package dev.sluice.ledger.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every account of every limit, and what is held in them. Holding is all or none: either each account that something
 * concerns has room for its upper bound, and then all of them hold it, or none does. So for a hard limit
 * {@code used + held + in doubt <= amount} at every moment, except where a provider took more than its upper bound.
 *
 * <p>Deterministic: it has no clock and no thread, and is not thread-safe. {@link Budgets} is the door for threads.
 */
public final class Holds {
    /** Past so many accounts in one window of a limit, newcomers are refused: names may be of a client's making. */
    private static final int MOST_ACCOUNTS = 100_000;

    /** So long a window outlives its end: a clock that is put back finds what was used already. */
    private static final Duration KEPT = Duration.ofDays(2);

    /** A soft limit lets everything pass; a million of these still fit into 63 bits. */
    private static final long SOFT_MOST = Long.MAX_VALUE >>> 20;

    private static final Duration MINUTES_KEPT = Duration.ofMinutes(10);

    private final Watcher watcher;
    private final Map<String, Shelf> shelves = new LinkedHashMap<>();
    private final Map<String, Hold> open = new HashMap<>();

    /** A limit with its accounts by window and name. */
    private static final class Shelf {
        private Limit limit;
        private Window newest = new Window(Instant.EPOCH, Instant.EPOCH);
        private final Map<Window, Map<String, Account>> windows = new HashMap<>();

        private Shelf(Limit limit) {
            this.limit = limit;
        }

        private Window window(Instant at) {
            if (!newest.contains(at)) {
                Window window = limit.window(at);
                if (window.from().isBefore(newest.from())) {
                    return window; // A clock was put back, or something of earlier has come late.
                }
                newest = window;
                if (limit.period() != Period.TOTAL) {
                    forgetPast();
                }
            }
            return newest;
        }

        private void forgetPast() {
            Instant longAgo = newest.from().minus(limit.period() == Period.MINUTE ? MINUTES_KEPT : KEPT);
            windows.entrySet()
                    .removeIf(entry -> entry.getKey().to().isBefore(longAgo)
                            && entry.getValue().values().stream().allMatch(Account::isQuiet));
        }

        private Map<String, Account> accounts(Instant at) {
            return windows.computeIfAbsent(window(at), _ -> new HashMap<>());
        }
    }

    /** What one thing holds. */
    private record Hold(Spender spender, Instant at, List<Claim> claims, boolean doubtful) {}

    private record Claim(Account account, long amount) {}

    public Holds(Collection<Limit> limits, Watcher watcher) {
        this.watcher = watcher;
        limits.forEach(limit -> shelves.put(limit.id(), new Shelf(limit)));
    }

    /** Whether any limit of that measure could concern the spender, so that asking is not for nothing. */
    public boolean concerns(Spender spender, Measure measure) {
        for (Shelf shelf : shelves.values()) {
            if (shelf.limit.measure() == measure && shelf.limit.account(spender).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a hard limit of money concerns the spender. */
    public boolean isBound(Spender spender) {
        for (Shelf shelf : shelves.values()) {
            if (shelf.limit.measure() == Measure.MONEY
                    && shelf.limit.hard()
                    && shelf.limit.account(spender).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Holds what is needed in every account that it concerns, or nowhere.
     *
     * @param id names the hold until it is settled, released or in doubt; a second hold of the same name changes nothing
     * @param at decides the windows, for good: what is settled tomorrow still counts for today
     */
    public Ruling hold(String id, Spender spender, Need need, Instant at) {
        if (open.containsKey(id)) {
            return new Ruling.Held();
        }
        List<Claim> claims = new ArrayList<>(4);
        for (Shelf shelf : shelves.values()) {
            Limit limit = shelf.limit;
            Optional<String> name = need.concerns(limit.measure()) ? limit.account(spender) : Optional.empty();
            if (name.isEmpty()) {
                continue;
            }
            if (limit.measure() == Measure.MONEY && !need.bounded() && limit.hard()) {
                return new Ruling.Unbounded(limit);
            }
            Optional<Account> account = account(shelf, name.get(), at);
            long amount = need.most().of(limit.measure());
            if (account.isEmpty() || !account.get().takes(amount)) {
                return insufficient(limit, name.get(), account, at);
            }
            claims.add(new Claim(account.get(), limit.hard() ? amount : Math.min(amount, SOFT_MOST)));
        }
        for (Claim claim : claims) {
            claim.account.hold(claim.amount);
        }
        if (!claims.isEmpty()) {
            open.put(id, new Hold(spender, at, List.copyOf(claims), false));
        }
        return new Ruling.Held();
    }

    private static Ruling insufficient(Limit limit, String name, Optional<Account> account, Instant at) {
        return new Ruling.Insufficient(
                limit,
                name,
                account.map(Account::free).orElse(0L),
                account.map(Account::held).orElse(0L),
                limit.window(at).to());
    }

    /** Empty where there are too many already. */
    private static Optional<Account> account(Shelf shelf, String name, Instant at) {
        Map<String, Account> accounts = shelf.accounts(at);
        Account known = accounts.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        if (accounts.size() >= MOST_ACCOUNTS) {
            return Optional.empty();
        }
        Account fresh = new Account(shelf.limit, name, shelf.window(at));
        accounts.put(name, fresh);
        return Optional.of(fresh);
    }

    /** The most of a measure that a hold could be for, now; {@link Long#MAX_VALUE} where no hard limit concerns the spender. */
    public long room(Spender spender, Measure measure, Instant at) {
        long room = Long.MAX_VALUE;
        for (Shelf shelf : shelves.values()) {
            Limit limit = shelf.limit;
            Optional<String> name =
                    limit.measure() == measure && limit.hard() ? limit.account(spender) : Optional.empty();
            if (name.isPresent()) {
                room = Math.min(
                        room, account(shelf, name.get(), at).map(Account::free).orElse(0L));
            }
        }
        return room;
    }

    /** Ends a hold: what was really taken counts, the rest is free at once. Repeated, it changes nothing. */
    public void settle(String id, Amounts taken) {
        Optional<Hold> ended = Optional.ofNullable(open.remove(id));
        ended.ifPresent(hold -> hold.claims.forEach(claim -> {
            giveBack(hold, claim);
            claim.account.use(taken.of(claim.account.limit().measure()), claim.amount, watcher);
        }));
    }

    /** Ends a hold of which nothing was taken. */
    public void release(String id) {
        Optional<Hold> ended = Optional.ofNullable(open.remove(id));
        ended.ifPresent(hold -> hold.claims.forEach(claim -> giveBack(hold, claim)));
    }

    private static void giveBack(Hold hold, Claim claim) {
        if (hold.doubtful) {
            claim.account.outOfDoubt(claim.amount);
        } else {
            claim.account.release(claim.amount);
        }
    }

    /** Keeps a hold whose end nobody saw, until it is settled or released after all. */
    public void doubt(String id) {
        open.computeIfPresent(id, (_, hold) -> {
            if (!hold.doubtful) {
                hold.claims.forEach(claim -> claim.account.intoDoubt(claim.amount));
            }
            return new Hold(hold.spender, hold.at, hold.claims, true);
        });
    }

    /** Counts for one limit what the ledger says was used before this program, or the limit, began. */
    public void remember(Limit limit, Spender spender, Instant at, Amounts used) {
        long amount = used.of(limit.measure());
        Optional<Shelf> shelf = Optional.ofNullable(shelves.get(limit.id())).filter(_ -> amount > 0);
        shelf.flatMap(found -> limit.account(spender).flatMap(name -> account(found, name, at)))
                .ifPresent(account -> account.remember(amount));
    }

    /** Keeps the upper bound of an attempt of an earlier life that is still in doubt. */
    public void rememberDoubt(String id, Spender spender, Instant at, Amounts most) {
        if (open.containsKey(id)) {
            return;
        }
        List<Claim> claims = new ArrayList<>(4);
        for (Shelf shelf : shelves.values()) {
            long amount = most.of(shelf.limit.measure());
            if (amount > 0) {
                shelf.limit
                        .account(spender)
                        .flatMap(name -> account(shelf, name, at))
                        .ifPresent(account -> claims.add(new Claim(account, Math.min(amount, SOFT_MOST))));
            }
        }
        claims.forEach(claim -> claim.account.rememberDoubt(claim.amount));
        open.put(id, new Hold(spender, at, List.copyOf(claims), true));
    }

    /** The first limit that turns the spender's calls to a cheaper way just now. */
    public Optional<Limit> saving(Spender spender, Instant at) {
        for (Shelf shelf : shelves.values()) {
            Limit limit = shelf.limit;
            if (limit.thrift().isPresent() && saves(shelf, limit.account(spender), at)) {
                return Optional.of(limit);
            }
        }
        return Optional.empty();
    }

    private static boolean saves(Shelf shelf, Optional<String> name, Instant at) {
        return name.map(one -> shelf.accounts(at).get(one))
                .filter(Account::isSaving)
                .isPresent();
    }

    /** Every account of the windows that are open now. */
    public List<Balance> balances(Instant at) {
        List<Balance> all = new ArrayList<>();
        for (Shelf shelf : shelves.values()) {
            shelf.accounts(at).values().forEach(account -> all.add(account.balance()));
        }
        return all;
    }

    /** How many holds have not ended, those in doubt included. */
    public int open() {
        return open.size();
    }

    /**
     * Other limits from now on. Where only an amount, marks or thrift have changed, what was used and is held still
     * counts.
     *
     * @return limits that are new, whose past is not known here
     */
    public List<Limit> replace(Collection<Limit> limits) {
        Map<String, Shelf> old = Map.copyOf(shelves);
        shelves.clear();
        List<Limit> fresh = new ArrayList<>();
        for (Limit limit : limits) {
            Optional<Shelf> known = Optional.ofNullable(old.get(limit.id()));
            known.ifPresentOrElse(
                    shelf -> {
                        change(shelf, limit);
                        shelves.put(limit.id(), shelf);
                    },
                    () -> {
                        shelves.put(limit.id(), new Shelf(limit));
                        fresh.add(limit);
                    });
        }
        return fresh;
    }

    private static void change(Shelf shelf, Limit limit) {
        shelf.limit = limit;
        shelf.windows.values().forEach(accounts -> accounts.values().forEach(account -> account.change(limit)));
    }
}
