package dev.sluice.http;

import dev.sluice.account.Accounts;
import dev.sluice.account.ClientKey;
import dev.sluice.http.server.Visit;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Lets administrators through and nobody else. */
final class Administrators {
    private final Accounts accounts;
    private final WrongKeys wrongKeys;
    private final Passage passage;

    Administrators(Accounts accounts, WrongKeys wrongKeys, Passage passage) {
        this.accounts = accounts;
        this.wrongKeys = wrongKeys;
        this.passage = passage;
    }

    /** Goes on with an administrator's visit; answers 401 to any other. */
    void only(Visit visit, Consumer<ClientKey> then) {
        Optional<ClientKey> admin = accounts.administrator(ModelRoutes.presentedKey(visit));
        if (admin.isEmpty()) {
            wrongKeys.refuse(visit, "this needs a key with the right to administrate");
            return;
        }
        then.accept(admin.get());
    }

    /** Collects the body of an administrator's visit, then goes on. */
    void withBody(Visit visit, BiConsumer<ClientKey, byte[]> then) {
        only(visit, admin -> passage.collect(visit, body -> then.accept(admin, body)));
    }
}
