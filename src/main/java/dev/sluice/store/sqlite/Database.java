package dev.sluice.store.sqlite;

import dev.sluice.store.DataFolder;
import dev.sluice.store.SqliteLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** How connections to the database file are opened. */
final class Database {
    static final String FILE = "sluice.db";

    private static final int BUSY_MILLIS = 5000;

    /** In KiB, below zero as SQLite wants it: the indexes and sums of a large ledger do not fit the usual 2 MiB. */
    private static final int CACHE = -16 << 10;

    private Database() {}

    static Connection writer(Path file) throws IOException, SQLException {
        // Made by us, so that the write-ahead log, too, is readable only by its owner: SQLite copies the mode.
        DataFolder.makeFile(file);
        SqliteLibrary.load();
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // A segment of the journal is used again after a commit, so a commit must be on disk.
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(CACHE);
        // It belongs to one thread; SQLite need not take a lock for each value that is bound.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        config.resetOpenMode(SQLiteOpenMode.FULLMUTEX);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    static Connection reader(Path file) throws IOException, SQLException {
        SqliteLibrary.load();
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(CACHE);
        return config.createConnection("jdbc:sqlite:" + file);
    }
}
