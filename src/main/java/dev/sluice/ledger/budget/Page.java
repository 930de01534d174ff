package dev.sluice.ledger.budget;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A limit's accounts of one window, by name. They have a bound: names may be of a client's making. Not thread-safe. */
final class Page {
    /** Past so many newcomers are refused. */
    static final int MOST = 200_000;

    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<String, Integer> byPayer = new HashMap<>();
    private boolean known;
    private boolean missed;

    /** What has ended here while it was not known. */
    private final Set<String> ended = new HashSet<>();

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
        ended.clear();
    }

    /** Notes that something which was held here has ended, so that nobody tells it a second time. */
    void noteEnd(String id) {
        if (!known) {
            ended.add(id);
        }
    }

    /** Whether so much has ended that it is no longer to be noted. */
    boolean isTooLate() {
        return ended.size() >= MOST;
    }

    Set<String> ended() {
        return Set.copyOf(ended);
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
