package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Spending;
import dev.sluice.ledger.book.Audit;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.model.Money;
import dev.sluice.pipeline.money.Doubts;
import dev.sluice.store.DataFolder;
import dev.sluice.store.journal.JournalSettings;
import dev.sluice.store.journal.JournaledLedger;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.store.sqlite.SqliteAudit;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What a dead gateway has left in its data folder. */
public final class Remains {
    private Remains() {}

    /**
     * Tells the ledger what the provider has charged for each attempt in doubt, as a look at its records would; then
     * nothing is in doubt, and the ledger says to the nano-dollar what the bill does.
     */
    public static void reconcile(ScriptedUpstream upstream, Path folder) throws IOException {
        Map<String, Long> bill = upstream.bill().charged();
        try (DataFolder data = DataFolder.lock(folder);
                JournaledLedger ledger =
                        JournaledLedger.open(data, JournalSettings.DEFAULT, SqliteArchive.open(data), Clocks.SYSTEM);
                SqliteReports reports = SqliteReports.open(data)) {
            Doubts doubts = new Doubts(
                    reports,
                    ledger,
                    Budgets.none(),
                    attempt -> Optional.of(
                            new Money(bill.getOrDefault(attempt.intent().attemptId(), 0L))),
                    (_, _) -> {},
                    Duration.ofDays(1),
                    Clocks.SYSTEM.wall());
            TestGateway.await(
                    "nothing is in doubt",
                    () -> doubts.look() == 0 && reports.inDoubt(1).isEmpty());
            Spending all = reports.total(Instant.EPOCH, Instant.now().plusSeconds(3600));
            assertThat(all.cost().nanos()).isEqualTo(upstream.bill().sum());
            assertThat(all.inDoubt()).isZero();
        }
        Audit audit = SqliteAudit.run(folder, (_, _) -> {});
        assertThat(audit.wrong()).isEmpty();
    }
}
