package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Samples;
import dev.sluice.model.Failure;
import dev.sluice.store.DataFolder;
import dev.sluice.store.journal.JournalSettings;
import dev.sluice.store.journal.JournaledLedger;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb that proves the book. */
class LedgerCheckTest {
    @TempDir
    private Path data;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check() {
        return App.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("check", "--ledger", "--data", data.toString());
    }

    private static final class Then implements Ledger.Intended {
        private final CountDownLatch durable = new CountDownLatch(1);

        @Override
        public void durable() {
            durable.countDown();
        }

        @Override
        public void refused(Failure.LedgerUnavailable failure) {
            throw new IllegalStateException(failure.message());
        }
    }

    private static void intend(Ledger ledger, String id) throws InterruptedException {
        Then then = new Then();
        ledger.intend(Samples.intent(id), Runnable::run, then);
        then.durable.await();
    }

    private JournaledLedger open(DataFolder folder) throws IOException {
        return JournaledLedger.open(folder, JournalSettings.DEFAULT, SqliteArchive.open(folder), Clocks.SYSTEM);
    }

    @Test
    void aBookIsProvenBesideTheGatewayThatWritesIt() throws Exception {
        try (DataFolder folder = DataFolder.lock(data);
                JournaledLedger ledger = open(folder)) {
            intend(ledger, "running");
            assertThat(check()).isZero();
            assertThat(out.toString())
                    .containsPattern("held/acme//alice +0\\.000001 +0 +0\\.000001")
                    .contains("All is well: every hash, every digest, every sum; the trial balance is zero.");
        }
    }

    @Test
    void whatAStoppedGatewayLeftUnderWayIsHeldToo() throws Exception {
        try (DataFolder folder = DataFolder.lock(data);
                JournaledLedger ledger = open(folder)) {
            intend(ledger, "lost");
        }
        assertThat(check()).isZero();
        assertThat(out.toString()).containsPattern("held/acme//alice +0\\.000001");
        try (DataFolder folder = DataFolder.lock(data);
                JournaledLedger ledger = open(folder)) {
            assertThat(ledger.recovery().inDoubt()).isEqualTo(1);
        }
        out.getBuffer().setLength(0);
        assertThat(check()).isZero();
        assertThat(out.toString())
                .containsPattern("doubt/acme//alice +0\\.000001")
                .doesNotContain("held/");
    }

    @Test
    void aBookThatIsNotRightEndsWithTheRow() throws Exception { // L18
        try (DataFolder folder = DataFolder.lock(data);
                SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(List.of(Samples.attempt("a", 100)), List.of(), 1);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("sluice.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TRIGGER attempt_stays");
            statement.execute("UPDATE attempt_row SET cost = 1");
        }
        assertThat(check()).isEqualTo(1);
        assertThat(err.toString())
                .contains("The book is not right: attempt a: its row was changed after entry 1 had booked it.");
    }

    private String toldOf(String edit) throws Exception {
        try (DataFolder folder = DataFolder.lock(data);
                SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(List.of(Samples.attempt("a", 100), Samples.attempt("b", 30)), List.of(), 1);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("sluice.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(edit);
        }
        assertThat(check()).isEqualTo(1);
        return err.toString();
    }

    @Test
    void aWrongSumIsASentenceWithWhatItSaysWhatTheRowsSayAndWhatToDo() throws Exception {
        String told = toldOf("UPDATE rollup SET cost = cost + 1, output = 0 WHERE width = 1 AND grain = 0");
        assertThat(told)
                .startsWith("The book is not right: the sum of the hour 2026-11-16 12:00 UTC of the settled attempts at"
                        + " deepseek/deepseek-flash of tenant acme, user kim, key alice, tier premium, job nightly says"
                        + " cost $0.000000131 where the rows add up to $0.00000013, output tokens 0 where the rows add"
                        + " up to 40.\n")
                .contains(
                        "What to do: keep a copy of " + data + " as it is.", "Where only a sum is wrong, the rows hold")
                .doesNotContain("Cell[", "Optional");
    }

    @Test
    void aMissingSumIsASentenceToo() throws Exception {
        assertThat(toldOf("DELETE FROM rollup WHERE width = 24 AND grain = 1"))
                .startsWith("The book is not right: the sum of the day 2026-11-16 UTC of the settled attempts at"
                        + " deepseek/deepseek-flash of all callers is missing; the rows have 2 such attempts, which cost"
                        + " $0.00000013.\n");
    }

    @Test
    void sumsThatDoNotFitTheAccountsAreToldInDollars() throws Exception {
        assertThat(toldOf("UPDATE account SET debits = debits + 1, credits = credits + 1 WHERE name LIKE 'spend%'"))
                .startsWith("The book is not right: account spend/acme//alice: it says $0.000000131 debit and"
                        + " $0.000000001 credit, but its entries add up to $0.00000013 and $0.\n");
    }

    @Test
    void aFolderWithoutABookSaysSo() {
        assertThat(check()).isEqualTo(1);
        assertThat(err.toString()).contains("sluice: the database cannot be read");
    }
}
