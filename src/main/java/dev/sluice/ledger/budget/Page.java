package dev.sluice.ledger.budget;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A limit's accounts of one window, by name. They have a bound: names may be of a client's making. Not thread-safe. */
final class Page {
    /** Past so many newcomers are refused. */
    static final int MOST = 200_000;

    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<String, Integer> byPayer = new HashMap<>();
    private boolean known;
    private boolean missed;

    /** @param known false where more may have been used in the window than is counted here */
    Page(boolean known) {
        this.known = known;
    }

    boolean isKnown() {
        return known;
    }

    /** A call cannot pass because it is not known. */
    void miss() {
        missed = true;
    }

    boolean isMissed() {
        return missed;
    }

    /** Everything that was used in the window has been told. */
    void becomeKnown() {
        known = true;
        missed = false;
    }

    Optional<Account> find(String name) {
        return Optional.ofNullable(accounts.get(name));
    }

    Collection<Account> accounts() {
        return List.copyOf(accounts.values());
    }

    boolean isFull() {
        return accounts.size() >= MOST;
    }

    /** One payer may open as many as it leaves over: however many names it makes up, others find room for theirs. */
    boolean hasRoomFor(String payer) {
        return byPayer.getOrDefault(payer, 0) < MOST - accounts.size();
    }

    void open(Account account) {
        accounts.put(account.name(), account);
        byPayer.merge(account.payer(), 1, Integer::sum);
    }

    void forget(Account account) {
        if (accounts.remove(account.name(), account)) {
            byPayer.merge(account.payer(), -1, Integer::sum);
            byPayer.remove(account.payer(), 0);
        }
    }

    /** Whether nothing waits for its end here. */
    boolean isQuiet() {
        return accounts.values().stream().allMatch(Account::isQuiet);
    }
}
