package dev.sluice.store.journal;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.LedgerContract;
import dev.sluice.ledger.Samples;
import dev.sluice.store.DataFolder;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** An open data folder with its ledger, as the program opens it. */
final class Books implements AutoCloseable {
    static final JournalSettings SMALL = JournalSettings.DEFAULT.withSegments(1 << 20, 8);

    private final DataFolder folder;
    private final JournaledLedger ledger;

    private Books(DataFolder folder, JournaledLedger ledger) {
        this.folder = folder;
        this.ledger = ledger;
    }

    static Books open(Path path) throws IOException {
        return open(path, SMALL, Sync.DATA);
    }

    static Books open(Path path, JournalSettings settings, Sync sync) throws IOException {
        DataFolder folder = DataFolder.lock(path);
        try {
            SqliteArchive archive = SqliteArchive.open(folder);
            try {
                return new Books(folder, JournaledLedger.open(folder, settings, archive, Clocks.SYSTEM, sync));
            } catch (IOException e) {
                archive.close();
                throw e;
            }
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    JournaledLedger ledger() {
        return ledger;
    }

    String intend(String id) {
        LedgerContract.Answer answer = new LedgerContract.Answer();
        ledger.intend(Samples.intent(id), Runnable::run, answer);
        return answer.next();
    }

    @Override
    public void close() throws IOException {
        ledger.close();
        folder.close();
    }

    static List<Attempt> booked(Path path) {
        try (DataFolder folder = DataFolder.lock(path);
                SqliteReports reports = SqliteReports.open(folder)) {
            List<Attempt> attempts = new ArrayList<>();
            for (String request : column(path, "SELECT request_id FROM attempt ORDER BY at, number, attempt_id")) {
                attempts.addAll(reports.ofRequest(request));
            }
            return attempts;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> column(Path path, String query) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path.resolve("sluice.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks again and again until it is so, at most for twenty seconds. */
    static void until(String what, BooleanSupplier isSo) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within twenty seconds: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
