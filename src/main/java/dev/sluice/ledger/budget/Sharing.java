package dev.sluice.ledger.budget;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * What has to be told to the pool, who waits for its answer, and whether it can be reached. Not thread-safe.
 *
 * <p>Rounds have numbers: what was asked for during a round that is under way is only decided by a later one.
 */
final class Sharing {
    /** Past so many waiting calls others are not noted; they ask again by themselves. */
    private static final int MOST_WAITING = 10_000;

    /** Of those that wait, so many are looked at in one round. */
    private static final int AT_ONCE = 256;

    private final Map<String, Account> accounts = new HashMap<>();
    private final Set<Account> changed = new LinkedHashSet<>();

    /** Each account in turn: whoever spends nothing must still learn what the others do. */
    private final LinkedHashSet<Account> rotation = new LinkedHashSet<>();

    /** Accounts of calls that did not pass, with where they are kept: they go once the pool knows that nothing is leased to them. */
    private final Map<Account, Page> leaving = new LinkedHashMap<>();

    private final Map<String, Ask> asks = new LinkedHashMap<>();
    private final Map<String, Ruling> denied = new HashMap<>();
    private List<Account> underWay = List.of();
    private String generation = "";
    private boolean reachable = true;
    private boolean opening;
    private long round;
    private long losses;

    /**
     * A call that waits.
     *
     * @param round after which it began to ask
     */
    record Ask(Spender spender, Need need, Instant at, long round) {}

    /** What is waited for in one account. */
    record Want(long total, long least) {
        static final Want NOTHING = new Want(0, 0);

        Want with(long amount) {
            long most = Long.MAX_VALUE / 2;
            return new Want(
                    amount > most - total ? most : total + amount, total == 0 ? amount : Math.min(least, amount));
        }
    }

    // ---- accounts

    void opened(Account account) {
        accounts.put(account.key(), account);
        rotation.add(account);
    }

    void forgotten(Account account) {
        accounts.remove(account.key(), account);
        rotation.remove(account);
        changed.remove(account);
        leaving.remove(account);
    }

    /** Nobody takes of it: it gives back all that is leased to it, and is forgotten once that is told. */
    void leave(Account account, Page page) {
        leaving.put(account, page);
        forgetOrGiveBack(account, page);
    }

    private void forgetOrGiveBack(Account account, Page page) {
        if (account.own() > 0) {
            leaving.remove(account);
        } else if (account.isUntouched()) {
            page.forget(account);
            forgotten(account);
        } else {
            account.giveAllBack();
            changed.add(account);
        }
    }

    /** Whether the pool knows all there is of it. */
    boolean isTold(Account account) {
        return !changed.contains(account) && !underWay.contains(account);
    }

    void changed(Account account) {
        changed.add(account);
    }

    // ---- calls that wait

    /** What was decided about a call since it last asked; told once. */
    Optional<Ruling> told(String id) {
        return Optional.ofNullable(denied.remove(id));
    }

    /** After which round the call began to ask. */
    long since(String id) {
        return Optional.ofNullable(asks.get(id)).map(Ask::round).orElse(round);
    }

    /** What the call waits for. */
    Optional<Ask> asked(String id) {
        return Optional.ofNullable(asks.get(id));
    }

    /** It waits from now on, or still; past a bound nobody remembers it. */
    void ask(String id, Ask ask) {
        if (asks.size() < MOST_WAITING || asks.containsKey(id)) {
            asks.put(id, ask);
        }
    }

    void forget(String id) {
        asks.remove(id);
        denied.remove(id);
    }

    /**
     * Those who have waited longest try again, and are told when they ask.
     *
     * @param refused hears of those that do not pass, once all have tried
     */
    void decide(BiFunction<String, Ask, Ruling> hold, Consumer<Ask> refused) {
        List<Ask> lost = new ArrayList<>();
        takeAsks().forEach((id, call) -> {
            Ruling ruling = hold.apply(id, call);
            switch (ruling) {
                case Ruling.Held() -> {}
                case Ruling.Asked _, Ruling.Unreachable _ -> ask(id, call);
                case Ruling.Insufficient _, Ruling.Unbounded _, Ruling.Crowded _, Ruling.Forgotten _ -> {
                    denied.put(id, ruling);
                    lost.add(call);
                }
            }
        });
        new LinkedHashMap<>(leaving).forEach(this::forgetOrGiveBack);
        lost.forEach(refused);
    }

    private Map<String, Ask> takeAsks() {
        Map<String, Ask> first = new LinkedHashMap<>();
        for (Map.Entry<String, Ask> entry : asks.entrySet()) {
            if (first.size() == AT_ONCE) {
                break;
            }
            first.put(entry.getKey(), entry.getValue());
        }
        first.keySet().forEach(asks::remove);
        return first;
    }

    /** Those who have waited longest. */
    private List<Ask> firstAsks() {
        return asks.values().stream().limit(AT_ONCE).toList();
    }

    boolean isWaitedFor() {
        return !asks.isEmpty();
    }

    /** What calls wait for, also where it would fit: it is held all or none. */
    Map<Account, Want> wants(Collection<Shelf> shelves) {
        Map<Account, Want> wants = new LinkedHashMap<>();
        for (Ask ask : firstAsks()) {
            for (Shelf shelf : shelves) {
                Optional.of(shelf)
                        .filter(one -> one.knows(ask.at()))
                        .flatMap(one -> one.claim(ask.spender(), ask.need(), ask.at()))
                        .filter(claim -> claim.account().isLeased())
                        .ifPresent(claim -> wants.merge(
                                claim.account(),
                                Want.NOTHING.with(claim.amount()),
                                (sum, more) -> sum.with(more.total())));
            }
        }
        return wants;
    }

    // ---- rounds

    /**
     * Begins a round.
     *
     * @param wants by account; all of them are told
     * @param most how many accounts are told at once
     * @param fresh how many of them may be ones of which there is nothing new
     */
    List<PoolReport> begin(Map<Account, Want> wants, int most, int fresh, Instant at) {
        round++;
        Set<Account> told = new LinkedHashSet<>(wants.keySet());
        told.addAll(leaving.keySet());
        int bound = most + leaving.size();
        takeChanged(told, bound);
        changed.removeAll(told);
        takeTurns(told, Math.min(fresh, bound - told.size()));
        underWay = List.copyOf(told);
        underWay.stream().filter(Account::isMuted).forEach(this::forgotten);
        List<PoolReport> reports = new ArrayList<>(underWay.size());
        underWay.forEach(account -> reports.add(account.report(wants.getOrDefault(account, Want.NOTHING), at)));
        return reports;
    }

    private void takeChanged(Set<Account> told, int most) {
        Iterator<Account> next = changed.iterator();
        while (next.hasNext() && told.size() < most) {
            Account account = next.next();
            next.remove();
            if (accounts.get(account.key()) == account) {
                told.add(account);
            }
        }
    }

    private void takeTurns(Set<Account> told, int most) {
        for (int turn = Math.min(most, rotation.size()); turn > 0; turn--) {
            Account account = rotation.removeFirst();
            if (accounts.get(account.key()) == account) {
                rotation.add(account);
                if (!account.isMuted()) {
                    told.add(account);
                }
            }
        }
    }

    void answered(Pool.Answer answer, Watcher watcher) {
        for (int i = 0; i < underWay.size(); i++) {
            underWay.get(i).answered(answer.shares().get(i), round, watcher);
        }
        underWay = List.of();
        for (String key : answer.wanted()) {
            Optional.ofNullable(accounts.get(key)).filter(Account::hasSpare).ifPresent(account -> {
                account.noteWanted();
                changed.add(account);
            });
        }
        if (!answer.generation().equals(generation)) {
            generation = answer.generation();
            changed.addAll(accounts.values());
        }
        reachable = true;
        opening = answer.opening();
    }

    /** No answer came: all of it is told again, and what waits is refused. */
    void unanswered() {
        changed.addAll(underWay);
        underWay = List.of();
        if (reachable) {
            losses++;
        }
        reachable = false;
    }

    /** Nothing is leased to this gateway any more but what it has taken. */
    void giveAllBack() {
        accounts.values().stream().filter(Account::hasSpare).forEach(account -> {
            account.giveAllBack();
            changed.add(account);
        });
    }

    boolean isReachable() {
        return reachable;
    }

    /** Whether there are at least so many accounts with something to tell. */
    boolean isBehind(int most) {
        return changed.size() >= most;
    }

    PoolState state() {
        return new PoolState(reachable, opening, asks.size(), losses);
    }
}
