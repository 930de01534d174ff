package dev.sluice.ledger.book;

import dev.sluice.model.Caller;

/**
 * The names of the accounts. Payers are told apart by tenant, team and key and no finer, because those come from the
 * settings; users and jobs are named by clients, and a book must not grow by what a client writes.
 */
public final class AccountName {
    /** The other side of every saving. */
    public static final String SAVINGS = "memo/savings";

    public static final String SAVED_OWN_CACHE = "saved/own-cache";
    public static final String SAVED_PROVIDER_CACHE = "saved/provider-cache";
    public static final String SAVED_ROUTING = "saved/routing";

    /** Both sides of an entry that moves nothing. */
    public static final String RETENTION = "memo/retention";

    private AccountName() {}

    /** What a payer has been charged. */
    public static String spend(Caller caller) {
        return payer("spend", caller);
    }

    /** What a payer may still be charged for attempts in doubt. */
    public static String doubt(Caller caller) {
        return payer("doubt", caller);
    }

    /** What is held for a payer's attempts under way: in the journal, not among the transfers. */
    public static String held(Caller caller) {
        return payer("held", caller);
    }

    /** What a provider is owed. */
    public static String payable(String provider) {
        return "payable/" + plain(provider);
    }

    /** What a provider may still claim for attempts in doubt. */
    public static String claim(String provider) {
        return "claim/" + plain(provider);
    }

    private static String payer(String what, Caller caller) {
        return what + "/" + plain(caller.tenant()) + "/" + plain(caller.team()) + "/" + plain(caller.name());
    }

    /** A slash in a name must not make two payers one. */
    private static String plain(String name) {
        return name.replace("%", "%25").replace("/", "%2F");
    }
}
