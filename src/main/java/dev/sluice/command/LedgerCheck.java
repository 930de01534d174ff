package dev.sluice.command;

import dev.sluice.ledger.Intent;
import dev.sluice.ledger.book.AccountName;
import dev.sluice.ledger.book.Audit;
import dev.sluice.model.Money;
import dev.sluice.store.journal.OpenIntents;
import dev.sluice.store.sqlite.SqliteAudit;
import dev.sluice.store.sqlite.SqliteReports;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code check --ledger}: proves the book, or names what is wrong with it. Reads only. */
final class LedgerCheck {
    private static final String ROW = "  %-48s %18s %18s %18s%n";
    private static final long TOLD_EVERY = 10_000;

    private final PrintWriter out;
    private final PrintWriter err;

    LedgerCheck(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** @return the exit code: 0 where all is well */
    int run(Path folder) throws IOException {
        // The journal first: what ends while we look is then found in the database.
        OpenIntents open = OpenIntents.read(folder);
        Audit audit = SqliteAudit.run(folder, this::progress);
        out.println("The book in " + folder + " has " + audit.entries() + " entries and " + audit.attempts()
                + " attempts; its head is " + audit.head() + ".");
        accounts(audit, held(folder, open.intents()));
        if (audit.waiting() > 0) {
            out.println("  " + audit.waiting() + " amendments wait for an attempt that is not there.");
        }
        out.flush();
        List<String> wrong = audit.wrong().isEmpty() ? open.damage() : audit.wrong();
        if (wrong.isEmpty()) {
            out.println("All is well: every hash, every digest, every sum; the trial balance is zero.");
            out.flush();
            return 0;
        }
        wrong.forEach(line -> err.println("The book is not right: " + line + "."));
        advice(folder).forEach(err::println);
        err.flush();
        return 1;
    }

    private static List<String> advice(Path folder) {
        return List.of(
                "What to do: keep a copy of " + folder
                        + " as it is. Something other than sluice has written there, or its",
                "disk is failing. Where only a sum is wrong, the rows hold, and reports and budgets of that time are off by",
                "as much. How to go on: docs/money.md, 'Where it is not right'.");
    }

    private void accounts(Audit audit, Map<String, Long> held) {
        out.printf(ROW, "account", "debit $", "credit $", "balance $");
        for (Audit.Account account : audit.accounts()) {
            out.printf(
                    ROW,
                    account.name(),
                    new Money(account.debits()),
                    new Money(account.credits()),
                    new Money(account.debits() - account.credits()));
        }
        held.forEach((name, amount) -> out.printf(ROW, name, new Money(amount), "0", new Money(amount)));
    }

    /** Bounds of attempts under way, by payer. */
    private static Map<String, Long> held(Path folder, List<Intent> open) throws IOException {
        Map<String, Long> held = new TreeMap<>();
        try (SqliteReports reports = SqliteReports.open(folder)) {
            for (Intent intent : open) {
                boolean hasEnded = reports.ofRequest(intent.requestId()).stream()
                        .anyMatch(attempt -> attempt.intent().attemptId().equals(intent.attemptId()));
                if (!hasEnded) {
                    held.merge(
                            AccountName.held(intent.caller()),
                            intent.bound().orElse(Money.ZERO).nanos(),
                            Math::addExact);
                }
            }
        }
        return held;
    }

    private void progress(String what, long done) {
        boolean isTold = done % TOLD_EVERY == 0
                && Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent();
        if (isTold) {
            err.print("\r  " + what + (done == 0 ? " ..." : " " + done) + "          \r");
            err.flush();
        }
    }
}
