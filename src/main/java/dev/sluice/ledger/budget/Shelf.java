package dev.sluice.ledger.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A limit with its accounts by window and name. Not thread-safe. */
final class Shelf {
    /** Past so many accounts in one window of a limit, newcomers are refused: names may be of a client's making. */
    private static final int MOST_ACCOUNTS = 100_000;

    /** So long a window outlives its end: a clock that is put back finds what was used already. */
    private static final Duration KEPT = Duration.ofDays(2);

    private static final Duration MINUTES_KEPT = Duration.ofMinutes(10);

    /** A soft limit lets everything pass; a million of these still fit into 63 bits. */
    private static final long SOFT_MOST = Long.MAX_VALUE >>> 20;

    private Limit limit;
    private boolean binds;
    private final Optional<Sharing> sharing;
    private Window newest = new Window(Instant.EPOCH, Instant.EPOCH);
    private final Map<Window, Map<String, Account>> windows = new HashMap<>();

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
    record Claim(Account account, long amount) {}

    Limit limit() {
        return limit;
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
        windows.entrySet().removeIf(entry -> {
            boolean over = entry.getKey().to().isBefore(longAgo)
                    && entry.getValue().values().stream().allMatch(Account::isQuiet);
            if (over) {
                sharing.ifPresent(all -> entry.getValue().values().forEach(all::forgotten));
            }
            return over;
        });
    }

    private Map<String, Account> accounts(Instant at) {
        return windows.computeIfAbsent(window(at), _ -> new HashMap<>());
    }

    /** Every account of the window that the moment lies in. */
    Collection<Account> accountsAt(Instant at) {
        return List.copyOf(accounts(at).values());
    }

    /** Empty where nothing was ever taken from it in that window. */
    Optional<Account> known(String name, Instant at) {
        return Optional.ofNullable(accounts(at).get(name));
    }

    /** Opened where there is none yet; empty where there are too many already. */
    Optional<Account> account(String name, Instant at) {
        Map<String, Account> accounts = accounts(at);
        Account known = accounts.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        if (accounts.size() >= MOST_ACCOUNTS) {
            return Optional.empty();
        }
        Account fresh = new Account(limit, name, window(at), sharing.map(Lease::new));
        if (!binds) {
            fresh.mute();
        }
        accounts.put(name, fresh);
        sharing.ifPresent(all -> all.opened(fresh));
        return Optional.of(fresh);
    }

    Claim claim(Account account, long amount) {
        // What is taken although it does not fit, by a limit that is to come, need not be more than fills it.
        long most = limit.hard() ? Math.max(limit.amount(), SOFT_MOST) : SOFT_MOST;
        return new Claim(account, Math.min(amount, most));
    }

    /** What is to be taken, whether it fits or not; empty where the limit is not concerned. */
    Optional<Claim> claim(Spender spender, Need need, Instant at) {
        Optional<String> name = need.concerns(limit.measure()) ? limit.account(spender) : Optional.empty();
        return name.flatMap(one -> account(one, at))
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
        windows.values().forEach(accounts -> accounts.values().forEach(deed));
    }
}
