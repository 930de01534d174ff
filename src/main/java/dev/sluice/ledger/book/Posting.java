package dev.sluice.ledger.book;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which transfers an attempt and its amendments make. */
public final class Posting {
    private Posting() {}

    /** Of an attempt as it ended; none where no money is known to be involved. */
    public static List<Transfer> of(Attempt attempt) {
        Standing standing = Standing.of(attempt);
        List<Transfer> transfers = new ArrayList<>(1);
        Intent intent = attempt.intent();
        add(transfers, charge(Transfer.Kind.SETTLE, intent, standing.charged().nanos()));
        add(
                transfers,
                Transfer.signed(
                        Transfer.Kind.DOUBT,
                        AccountName.doubt(intent.caller()),
                        AccountName.claim(intent.provider()),
                        standing.doubtful(attempt).nanos()));
        Savings savings = attempt.outcome().savings();
        add(transfers, saving(AccountName.SAVED_OWN_CACHE, savings.ownCache()));
        add(transfers, saving(AccountName.SAVED_PROVIDER_CACHE, savings.providerCache()));
        add(transfers, routing(standing.routing(attempt), Optional.empty()));
        return transfers;
    }

    /** Of an amendment, at least one: where nothing moves, an entry of no amount still says that it was there. */
    public static List<Transfer> amended(Attempt attempt, Standing before, Standing after) {
        List<Transfer> transfers = new ArrayList<>(2);
        Intent intent = attempt.intent();
        add(
                transfers,
                Transfer.signed(
                        Transfer.Kind.RESOLVE,
                        AccountName.claim(intent.provider()),
                        AccountName.doubt(intent.caller()),
                        Figures.difference(
                                before.doubtful(attempt).nanos(),
                                after.doubtful(attempt).nanos())));
        Transfer.Kind kind = before.state() == Outcome.State.IN_DOUBT ? Transfer.Kind.SETTLE : Transfer.Kind.REPRICE;
        Transfer charge = charge(
                kind,
                intent,
                Figures.difference(after.charged().nanos(), before.charged().nanos()));
        if (transfers.isEmpty() || charge.amount().nanos() != 0) {
            transfers.add(charge);
        }
        add(transfers, routing(after.routing(attempt), before.routing(attempt)));
        return transfers;
    }

    private static Transfer charge(Transfer.Kind kind, Intent intent, long nanos) {
        return Transfer.signed(kind, AccountName.spend(intent.caller()), AccountName.payable(intent.provider()), nanos);
    }

    private static Transfer routing(Optional<Money> now, Optional<Money> before) {
        return saving(
                AccountName.SAVED_ROUTING,
                new Money(Figures.difference(
                        now.orElse(Money.ZERO).nanos(),
                        before.orElse(Money.ZERO).nanos())));
    }

    private static Transfer saving(String account, Money amount) {
        return Transfer.signed(Transfer.Kind.SAVE, account, AccountName.SAVINGS, amount.nanos());
    }

    private static void add(List<Transfer> transfers, Transfer transfer) {
        if (transfer.amount().nanos() != 0) {
            transfers.add(transfer);
        }
    }
}
