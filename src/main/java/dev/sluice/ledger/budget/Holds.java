package dev.sluice.ledger.budget;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every account of every limit, and what is held in them. Holding is all or none: either each account that something
 * concerns has room for its upper bound, and then all of them hold it, or none does. So for a hard limit
 * {@code used + held + in doubt <= amount} at every moment, except where a provider took more than its upper bound.
 *
 * <p>Deterministic: it has no clock and no thread, and is not thread-safe. {@link Budgets} is the door for threads.
 */
public final class Holds {
    private final Watcher watcher;
    private final Map<String, Shelf> shelves = new LinkedHashMap<>();
    private final Map<String, Hold> open = new HashMap<>();
    private final Coming coming = new Coming();

    public Holds(Collection<Limit> limits, Watcher watcher) {
        this.watcher = watcher;
        limits.forEach(limit -> shelves.put(limit.id(), new Shelf(limit, true)));
    }

    /** Whether any limit of that measure could concern the spender, so that asking is not for nothing. */
    public boolean concerns(Spender spender, Measure measure) {
        for (Shelf shelf : shelves.values()) {
            if (shelf.limit().measure() == measure
                    && shelf.limit().account(spender).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a hard limit of money concerns the spender. */
    public boolean isBound(Spender spender) {
        for (Shelf shelf : shelves.values()) {
            if (shelf.limit().measure() == Measure.MONEY
                    && shelf.limit().hard()
                    && shelf.limit().account(spender).isPresent()) {
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
        List<Shelf.Claim> claims = new ArrayList<>(4);
        Optional<Shortage> worst = Optional.empty();
        for (Shelf shelf : shelves.values()) {
            Limit limit = shelf.limit();
            Optional<String> name = need.concerns(limit.measure()) ? limit.account(spender) : Optional.empty();
            if (name.isEmpty()) {
                continue;
            }
            if (limit.measure() == Measure.MONEY && !need.bounded() && limit.hard()) {
                return new Ruling.Unbounded(limit);
            }
            Optional<Account> account = shelf.account(name.get(), at);
            long amount = need.most().of(limit.measure());
            if (account.isEmpty() || !account.get().takes(amount)) {
                Shortage shortage = Shortage.of(limit, name.get(), account, amount);
                worst = worst.filter(other -> !shortage.isWorseThan(other)).or(() -> Optional.of(shortage));
            } else if (worst.isEmpty()) {
                claims.add(shelf.claim(account.get(), amount));
            }
        }
        if (worst.isPresent()) {
            return worst.get().told(at);
        }
        claims.addAll(coming.claims(spender, need, at));
        open.put(id, Hold.take(spender, at, need, claims, false));
        return new Ruling.Held();
    }

    /** The most of a measure that a hold could be for, now; {@link Long#MAX_VALUE} where no hard limit concerns the spender. */
    public long room(Spender spender, Measure measure, Instant at) {
        long room = Long.MAX_VALUE;
        for (Shelf shelf : shelves.values()) {
            Limit limit = shelf.limit();
            Optional<String> name =
                    limit.measure() == measure && limit.hard() ? limit.account(spender) : Optional.empty();
            if (name.isPresent()) {
                room = Math.min(
                        room, shelf.account(name.get(), at).map(Account::free).orElse(0L));
            }
        }
        return room;
    }

    /** Ends a hold: what was really taken counts, the rest is free at once. Repeated, it changes nothing. */
    public void settle(String id, Amounts taken) {
        end(id).ifPresent(hold -> hold.claims().forEach(claim -> {
            hold.giveBack(claim);
            claim.account().use(taken.of(claim.account().limit().measure()), claim.amount(), watcher);
        }));
    }

    /** Ends a hold of which nothing was taken. */
    public void release(String id) {
        end(id).ifPresent(hold -> hold.claims().forEach(hold::giveBack));
    }

    private Optional<Hold> end(String id) {
        Optional<Hold> hold = Optional.ofNullable(open.remove(id));
        hold.ifPresent(_ -> coming.hasEnded(id));
        return hold;
    }

    /** Keeps a hold whose end nobody saw, until it is settled or released after all. */
    public void doubt(String id) {
        open.computeIfPresent(id, (_, hold) -> hold.intoDoubt());
    }

    /** Counts for one limit what the ledger says was used before this program, or the limit, began. */
    public void remember(Limit limit, Spender spender, Instant at, Amounts used) {
        long amount = used.of(limit.measure());
        Optional<Shelf> shelf = coming.shelf(limit)
                .or(() -> Optional.ofNullable(shelves.get(limit.id())))
                .filter(_ -> amount > 0);
        shelf.flatMap(found -> limit.account(spender).flatMap(name -> found.account(name, at)))
                .ifPresent(account -> account.remember(amount));
    }

    /** Keeps the upper bound of an attempt of an earlier life that is still in doubt. */
    public void rememberDoubt(String id, Spender spender, Instant at, Amounts most) {
        if (open.containsKey(id)) {
            return;
        }
        Need need = Need.of(most);
        List<Shelf.Claim> claims = new ArrayList<>(4);
        for (Shelf shelf : shelves.values()) {
            shelf.claim(spender, need, at).ifPresent(claims::add);
        }
        open.put(id, Hold.take(spender, at, need, claims, true));
    }

    /** The first limit that turns the spender's calls to a cheaper way just now. */
    public Optional<Limit> saving(Spender spender, Instant at) {
        for (Shelf shelf : shelves.values()) {
            Limit limit = shelf.limit();
            if (limit.thrift().isPresent() && saves(shelf, limit.account(spender), at)) {
                return Optional.of(limit);
            }
        }
        return Optional.empty();
    }

    private static boolean saves(Shelf shelf, Optional<String> name, Instant at) {
        return name.flatMap(one -> shelf.known(one, at))
                .filter(Account::isSaving)
                .isPresent();
    }

    /** Every account of the windows that are open now. */
    public List<Balance> balances(Instant at) {
        List<Balance> all = new ArrayList<>();
        for (Shelf shelf : shelves.values()) {
            shelf.accountsAt(at).forEach(account -> all.add(account.balance()));
        }
        return all;
    }

    /** How many holds have not ended, those in doubt included. */
    public int open() {
        return open.size();
    }

    /**
     * Lets those of these limits that are new count from now on, while the limits of before still bind: what is held
     * now, and all that comes, is held in them too. Their past is then to be told by {@link #remember}, without what
     * {@link #counted} names, and {@link #replace} lets them bind. Calls neither wait for that nor are refused.
     *
     * @return those that are new
     */
    public List<Limit> prepare(Collection<Limit> limits) {
        forgetComing();
        List<Limit> fresh = new ArrayList<>();
        for (Limit limit : limits) {
            if (!shelves.containsKey(limit.id())) {
                coming.add(limit);
                fresh.add(limit);
            }
        }
        if (!fresh.isEmpty()) {
            open.replaceAll((_, hold) -> hold.with(coming.claims(hold.spender(), hold.need(), hold.at())));
        }
        return fresh;
    }

    /** What a limit that is being prepared counts by itself: all that is held, and what has ended since. */
    public Set<String> counted() {
        Set<String> all = new HashSet<>(coming.ended());
        all.addAll(open.keySet());
        return all;
    }

    /** Prepares nothing any more: the limits of before stay. */
    public void forgetComing() {
        coming.take().values().forEach(Shelf::mute);
    }

    /**
     * Other limits from now on. Where only an amount, marks or thrift have changed, what was used and is held still
     * counts; those that were prepared bring what they have counted.
     *
     * @return limits that are new and were not prepared, whose past is not known here
     */
    public List<Limit> replace(Collection<Limit> limits) {
        Map<String, Shelf> old = new HashMap<>(shelves);
        old.putAll(coming.take());
        shelves.clear();
        List<Limit> fresh = new ArrayList<>();
        for (Limit limit : limits) {
            Optional<Shelf> known = Optional.ofNullable(old.remove(limit.id()));
            known.ifPresent(shelf -> shelf.bind(limit, watcher));
            shelves.put(limit.id(), known.orElseGet(() -> new Shelf(limit, true)));
            if (known.isEmpty()) {
                fresh.add(limit);
            }
        }
        old.values().forEach(Shelf::mute);
        return fresh;
    }
}
