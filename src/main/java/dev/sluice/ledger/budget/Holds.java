package dev.sluice.ledger.budget;

import dev.sluice.model.Money;
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
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

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
    private final Optional<Sharing> sharing;
    private final Coming coming;

    /** Limits of which this gateway alone draws. */
    public Holds(Collection<Limit> limits, Watcher watcher) {
        this(limits, watcher, Optional.empty());
    }

    private Holds(Collection<Limit> limits, Watcher watcher, Optional<Sharing> sharing) {
        this.watcher = watcher;
        this.sharing = sharing;
        this.coming = new Coming(sharing);
        limits.forEach(limit -> shelves.put(limit.id(), new Shelf(limit, true, sharing)));
    }

    /** Limits of which several gateways draw, each what the {@link Pool} has leased to it. */
    public static Holds shared(Collection<Limit> limits, Watcher watcher) {
        return new Holds(limits, watcher, Optional.of(new Sharing()));
    }

    /** Whether any limit of that measure could concern the spender, so that asking is not for nothing. */
    public boolean concerns(Spender spender, Measure measure) {
        return any(spender, limit -> limit.measure() == measure);
    }

    /** Whether a hard limit of money concerns the spender. */
    public boolean isBound(Spender spender) {
        return any(spender, limit -> limit.measure() == Measure.MONEY && limit.hard());
    }

    private boolean any(Spender spender, Predicate<Limit> kind) {
        for (Shelf shelf : shelves.values()) {
            if (kind.test(shelf.limit()) && shelf.limit().account(spender).isPresent()) {
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
        if (sharing.isEmpty()) {
            return hold(id, new Sharing.Ask(spender, need, at, 0));
        }
        Sharing all = sharing.get();
        return holdOrAsk(all, id, new Sharing.Ask(spender, need, at, all.since(id)));
    }

    private Ruling holdOrAsk(Sharing all, String id, Sharing.Ask call) {
        Optional<Ruling> decided = all.told(id);
        if (decided.isPresent()) {
            return decided.get();
        }
        Ruling ruling = hold(id, call);
        if (ruling instanceof Ruling.Asked(Limit limit) && !all.isReachable()) {
            giveUp(all, id);
            return new Ruling.Unreachable(limit);
        }
        if (ruling instanceof Ruling.Asked) {
            all.ask(id, call);
        } else {
            giveUp(all, id);
        }
        return ruling;
    }

    /** It does not wait any more: what was leased for it alone goes back. */
    private void giveUp(Sharing all, String id) {
        Optional<Sharing.Ask> asked = all.asked(id);
        all.forget(id);
        asked.ifPresent(this::leave);
    }

    private void leave(Sharing.Ask call) {
        shelves.values().forEach(shelf -> shelf.leave(call));
    }

    private Ruling hold(String id, Sharing.Ask call) {
        coming.note(call.at());
        Fit fit = Fit.of(shelves.values(), call);
        if (fit.ruling() instanceof Ruling.Held) {
            List<Shelf.Claim> claims = new ArrayList<>(fit.claims());
            claims.forEach(Shelf.Claim::standing);
            claims.addAll(coming.claims(call.spender(), call.need(), call.at()));
            open.put(id, Hold.take(call.spender(), call.at(), call.need(), claims, false));
        }
        return fit.ruling();
    }

    /**
     * Makes a part of one hold into another one, in the same accounts and windows.
     *
     * @return false, and nothing is changed, where the first holds less than {@code need}, or for somebody else
     */
    public boolean draw(String from, String id, Spender spender, Need need) {
        Optional<Hold> whole = Optional.ofNullable(open.get(from))
                .filter(hold -> hold.spender().equals(spender));
        Optional<Hold> part = whole.filter(_ -> !open.containsKey(id)).flatMap(hold -> hold.part(need));
        part.ifPresent(drawn -> {
            open.put(from, whole.orElseThrow().without(drawn));
            open.put(id, drawn);
        });
        return part.isPresent();
    }

    /** The most of a measure that a hold could be for, now or once the pool has leased it; {@link Long#MAX_VALUE} where no hard limit concerns the spender. */
    public long room(Spender spender, Measure measure, Instant at) {
        long room = Long.MAX_VALUE;
        for (Shelf shelf : shelves.values()) {
            Limit limit = shelf.limit();
            Optional<String> name =
                    limit.measure() == measure && limit.hard() ? limit.account(spender) : Optional.empty();
            if (name.isPresent()) {
                room = Math.min(
                        room,
                        shelf.find(name.get(), spender, at).map(Account::left).orElse(0L));
            }
        }
        return room;
    }

    /** Ends a hold: what was really taken counts, the rest is free at once. Repeated, it changes nothing. */
    public void settle(String id, Amounts taken) {
        settle(id, claim -> taken.of(claim.account().limit().measure()));
    }

    /** Ends a hold of which it is known what it cost, and nothing else: tokens count as they were held. */
    public void settle(String id, Money cost) {
        settle(id, claim -> claim.account().limit().measure() == Measure.MONEY ? cost.nanos() : claim.amount());
    }

    private void settle(String id, ToLongFunction<Shelf.Claim> taken) {
        end(id).ifPresent(hold -> hold.claims().forEach(claim -> {
            hold.giveBack(claim);
            claim.standing().use(taken.applyAsLong(claim), claim.amount(), watcher);
            claim.leave(id);
        }));
    }

    /** Ends a hold of which nothing was taken. */
    public void release(String id) {
        end(id).ifPresent(hold -> hold.claims().forEach(claim -> {
            hold.giveBack(claim);
            claim.leave(id);
        }));
    }

    private Optional<Hold> end(String id) {
        sharing.ifPresent(all -> giveUp(all, id));
        Optional<Hold> hold = Optional.ofNullable(open.remove(id));
        hold.ifPresent(_ -> coming.hasEnded(id));
        return hold;
    }

    /** Keeps a hold whose end nobody saw, until it is settled or released after all. */
    public void doubt(String id) {
        open.computeIfPresent(id, (_, hold) -> hold.intoDoubt());
    }

    /** The ledger has something of that moment, and nothing later: what comes before it must be told before it is spent of. */
    public void beware(Instant newest) {
        coming.note(newest);
        shelves.values().forEach(shelf -> shelf.beware(newest));
    }

    /** Counts for one limit what the ledger says was used before this program, or the limit, began. */
    public void remember(Limit limit, Spender spender, Instant at, Amounts used) {
        long amount = used.of(limit.measure());
        Optional<Shelf> shelf = coming.shelf(limit)
                .or(() -> Optional.ofNullable(shelves.get(limit.id())))
                .filter(_ -> amount > 0);
        shelf.flatMap(found -> limit.account(spender).flatMap(name -> found.account(name, spender, at)))
                .ifPresent(account -> account.remember(amount, watcher));
    }

    /** All that was used in the moment's window has been told of the limit by {@link #remember}. */
    public void remembered(Limit limit, Instant at) {
        coming.shelf(limit)
                .or(() -> Optional.ofNullable(shelves.get(limit.id())))
                .ifPresent(shelf -> shelf.becomeKnown(at));
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
        coming.take().values().forEach(Shelf::retire);
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
            shelves.put(limit.id(), known.orElseGet(() -> new Shelf(limit, true, sharing)));
            if (known.isEmpty()) {
                fresh.add(limit);
            }
        }
        old.values().forEach(Shelf::retire);
        return fresh;
    }

    /** What {@link #recall} must tell of; calls that hard limits concern cannot pass before. */
    public List<Lost> lost() {
        return shelves.values().stream()
                .flatMap(shelf -> shelf.lost().stream().map(window -> new Lost(shelf.limit(), window)))
                .toList();
    }

    /** What is counted in a lost window: all that is held, and what has ended since a clock was put back into it. */
    public Set<String> counted(Lost lost) {
        Set<String> all = new HashSet<>(open.keySet());
        Optional.ofNullable(shelves.get(lost.limit().id())).ifPresent(shelf -> all.addAll(shelf.ended(lost.window())));
        return all;
    }

    /**
     * Adds what the ledger says was used in a window that was {@link #lost}, without what {@link #counted} names, and lets
     * its calls pass again.
     */
    public void recall(Lost lost, Map<Spender, Amounts> past) {
        Optional.ofNullable(shelves.get(lost.limit().id()))
                .ifPresent(shelf -> shelf.recall(lost.window(), past, watcher));
    }

    // ---- limits that several gateways share

    /**
     * Begins a round with the pool: what it is to be told. The round ends with {@link #answered} or {@link #unanswered},
     * before the next one.
     *
     * @param most how many accounts at once, besides those that calls wait for
     * @param fresh how many of them may be ones of which there is nothing new, to hear of the other gateways
     */
    public List<PoolReport> reports(int most, int fresh, Instant at) {
        return sharing.map(all -> all.begin(all.wants(shelves.values()), most, fresh, at))
                .orElse(List.of());
    }

    /** The pool's answer: calls that waited and now fit hold what they need, and others are told when they ask again. */
    public void answered(Pool.Answer answer) {
        sharing.ifPresent(all -> {
            all.answered(answer, watcher);
            all.decide(this::hold, this::leave);
        });
    }

    /**
     * No answer came. What is leased already can still be spent.
     *
     * @param expelled whether nothing is leased any more
     */
    public void unanswered(boolean expelled) {
        sharing.ifPresent(all -> {
            all.unanswered();
            if (expelled) {
                all.giveAllBack();
            }
        });
    }

    /** What is leased and not needed is given back with the next round. */
    public void giveAllBack() {
        sharing.ifPresent(Sharing::giveAllBack);
    }

    /** Whether calls wait for the pool. */
    public boolean isWaitedFor() {
        return sharing.filter(Sharing::isWaitedFor).isPresent();
    }

    /** Whether there are at least so many accounts of which the pool has not been told all. */
    public boolean isBehind(int most) {
        return sharing.filter(all -> all.isBehind(most)).isPresent();
    }

    /** Empty where nothing is shared. */
    public Optional<PoolState> pool() {
        return sharing.map(Sharing::state);
    }
}
