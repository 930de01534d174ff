package dev.sluice.command;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import dev.sluice.settings.Settings;
import dev.sluice.store.balance.BalanceFile;
import dev.sluice.store.balance.BalanceFile.Balance;
import dev.sluice.store.sqlite.SqliteAttempts;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Compares what has gone from an account with what is booked for the same time. */
final class BalanceComparison {
    /** A balance is written in cents. */
    private static final long CENT = 10_000_000;

    private static final int DIGITS = 9;
    static final int NOT_COMPARED = 2;

    private final Settings settings;
    private final String provider;
    private final PrintWriter out;

    BalanceComparison(Settings settings, String provider, PrintWriter out) {
        this.settings = settings;
        this.provider = provider;
        this.out = out;
    }

    /**
     * Notes the balance, and compares with the note before.
     *
     * @param left in US dollars
     * @return the exit code
     */
    int with(BigDecimal left) throws IOException {
        BalanceFile file = new BalanceFile(settings.data());
        List<Balance> before = file.of(provider);
        Balance now = new Balance(
                Clocks.SYSTEM.wall().instant(),
                provider,
                Money.ofDollars(left.setScale(DIGITS, RoundingMode.HALF_EVEN)));
        file.add(now);
        if (before.isEmpty()) {
            out.println("Left $" + now.left() + ": noted. Ask again later to compare what has gone since.");
            out.flush();
            return 0;
        }
        int code = compare(before.getLast(), now);
        out.flush();
        return code;
    }

    private int compare(Balance then, Balance now) throws IOException {
        try (SqliteAttempts attempts = SqliteAttempts.open(settings.data())) {
            Forgotten.words(attempts, then.at()).ifPresent(out::println);
        }
        Money gone = then.left().minus(now.left());
        if (gone.nanos() < 0) {
            // What was paid in is not known, so neither is what has gone.
            out.println("Left $" + now.left() + ", and $" + then.left() + " at " + then.at()
                    + ": the account was topped up, so only the next time can be compared.");
            return NOT_COMPARED;
        }
        Money settled = Money.ZERO;
        Money doubtful = Money.ZERO;
        for (Attempt attempt : ReconcileCommand.read(settings, provider, then.at(), now.at())) {
            if (attempt.outcome().cost() instanceof Cost.Priced(Money amount)) {
                switch (attempt.outcome().state()) {
                    case SETTLED -> settled = settled.plus(amount);
                    case IN_DOUBT -> doubtful = doubtful.plus(amount);
                    case VOIDED -> {}
                }
            }
        }
        out.println("Since " + then.at() + " $" + gone + " has gone, $" + settled + " is booked"
                + (doubtful.nanos() > 0 ? " and at most $" + doubtful + " is in doubt" : "") + ": difference $"
                + gone.minus(settled) + ".");
        return Math.abs(gone.minus(settled).nanos()) <= CENT + doubtful.nanos() ? 0 : 1;
    }
}
