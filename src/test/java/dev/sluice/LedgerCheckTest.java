package dev.sluice;

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

    @Test
    void aFolderWithoutABookSaysSo() {
        assertThat(check()).isEqualTo(1);
        assertThat(err.toString()).contains("sluice: the database cannot be read");
    }
}
