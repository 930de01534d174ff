package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Archive;
import dev.sluice.ledger.Attempt;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;

/** All ended attempts in one SQLite file. One connection writes, and it does so on its owner's one thread. */
public final class SqliteArchive implements Archive {
    private static final int CHUNK = 500;

    /** Reading a larger file through would make the start slow; {@code PRAGMA quick_check} does it by hand. */
    private static final long CHECKED_BYTES = 64L << 20;

    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement amend;
    private final PreparedStatement move;
    private final Numbers<Common> commons;
    private final Bookkeeper bookkeeper;
    private long position;
    private long retained;
    /** Whether the tables in memory remember more than the database has. */
    private boolean isDirty;

    private SqliteArchive(Connection connection) throws SQLException {
        this.connection = connection;
        this.position = Long.parseLong(Schema.single(connection, "SELECT position FROM journal"));
        this.retained = Long.parseLong(Schema.single(connection, "SELECT before FROM retention"));
        this.insert = connection.prepareStatement(Rows.INSERT);
        this.amend = connection.prepareStatement(AmendmentRows.INSERT);
        this.move = connection.prepareStatement("UPDATE journal SET position = ?");
        this.commons =
                new Numbers<>(connection, Common.FIND, Common.MAKE, (statement, common) -> common.bind(statement));
        this.bookkeeper = new Bookkeeper(connection);
    }

    /** Opens the database in the folder; makes it or brings it to this version where need be. */
    public static SqliteArchive open(DataFolder folder) throws IOException {
        return open(folder.path());
    }

    static SqliteArchive open(Path folder) throws IOException {
        Path file = folder.resolve(Database.FILE);
        try {
            Connection connection = Database.writer(file);
            try {
                Schema.checkLibrary(connection);
                if (Files.size(file) <= CHECKED_BYTES) {
                    checkHealth(connection);
                }
                Schema.upgrade(connection);
                DataFolder.syncFolder(folder);
                return new SqliteArchive(connection);
            } catch (SQLException | IOException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new IOException("cannot open the database " + file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static void checkHealth(Connection connection) throws SQLException, IOException {
        String found = Schema.single(connection, "PRAGMA quick_check(1)");
        if (!found.equals("ok")) {
            throw new IOException("the database is damaged: " + found + "; restore a backup");
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public int put(List<Attempt> attempts, List<Amendment> amendments, long newPosition) throws IOException {
        try {
            refresh();
            // By hand: when SQLite has rolled back by itself, as on a full disk, the driver's own book-keeping loses
            // count.
            execute("BEGIN IMMEDIATE");
            int added = insert(attempts.stream().filter(this::isKept).toList());
            amend(amendments);
            bookkeeper.flush();
            move.setLong(1, newPosition);
            move.executeUpdate();
            execute("COMMIT");
            position = newPosition;
            return added;
        } catch (SQLException | RuntimeException e) {
            undo(e);
            throw new IOException(e.getMessage(), e);
        }
    }

    /** What a replay of the journal brings from before the retention's mark was here, has been booked, and is gone. */
    private boolean isKept(Attempt attempt) {
        return retained == Long.MIN_VALUE || Values.nanos(attempt.intent().at()) >= retained;
    }

    @Override
    public int forget(Instant before, int most) throws IOException {
        long moment = Values.nanos(before);
        try {
            refresh();
            execute("BEGIN IMMEDIATE");
            if (moment > retained) {
                mark(moment);
            }
            int removed = Forgetting.run(connection, moment, most);
            execute("COMMIT");
            retained = Math.max(retained, moment);
            return removed;
        } catch (SQLException | RuntimeException e) {
            undo(e);
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The chain says first what may be gone. */
    private void mark(long moment) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE retention SET before = ?")) {
            update.setLong(1, moment);
            update.executeUpdate();
        }
        bookkeeper.retain(moment);
        bookkeeper.flush();
    }

    private void refresh() throws SQLException {
        if (isDirty) {
            bookkeeper.reset();
            commons.reset();
            isDirty = false;
        }
    }

    private int insert(List<Attempt> attempts) throws SQLException {
        int added = 0;
        for (int from = 0; from < attempts.size(); from += CHUNK) {
            added += insertSome(attempts.subList(from, Math.min(attempts.size(), from + CHUNK)));
        }
        return added;
    }

    private int insertSome(List<Attempt> attempts) throws SQLException {
        for (Attempt attempt : attempts) {
            Rows.bind(insert, attempt, commons.of(Common.of(attempt)));
            insert.addBatch();
        }
        int[] counts = insert.executeBatch();
        int added = 0;
        for (int index = 0; index < counts.length; index++) {
            if (counts[index] > 0) {
                bookkeeper.book(attempts.get(index));
                added++;
            }
        }
        return added;
    }

    private void amend(List<Amendment> amendments) throws SQLException {
        for (Amendment amendment : amendments) {
            AmendmentRows.bind(amend, amendment);
            if (amend.executeUpdate() > 0) {
                bookkeeper.book(amendment);
            }
        }
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private void undo(Exception cause) {
        isDirty = true;
        try {
            insert.clearBatch();
            execute("ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (connection;
                Statement statement = connection.createStatement()) {
            insert.close();
            amend.close();
            move.close();
            commons.close();
            bookkeeper.close();
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
