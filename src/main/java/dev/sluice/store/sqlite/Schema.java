package dev.sluice.store.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of the database file and the steps from one version of them to the next. */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    /** Each step is a file {@code schema-N.sql} that leads from version N - 1 to N. */
    static final int VERSION = 6;

    /** The step that began the double entry. */
    private static final int BOOK = 3;

    /** Before 3.51.3 a checkpoint that met a restarting write-ahead log could corrupt the database. */
    private static final int[] OLDEST = {3, 51, 3};

    private Schema() {}

    /** Brings an empty or older database to this version, in one transaction. */
    static void upgrade(Connection connection) throws SQLException, IOException {
        int version = version(connection);
        if (version > VERSION) {
            throw new IOException("the database has schema " + version + " of a newer sluice; this one knows schema "
                    + VERSION + ": use the newer program, or restore the backup made before the upgrade");
        }
        if (version == 0) {
            upgrade(connection, version);
        } else if (version < VERSION) {
            LOG.info(
                    "bringing the ledger from schema {} to {}; a large one takes minutes and, until it is done, as much "
                            + "room again",
                    version,
                    VERSION);
            upgrade(connection, version);
            LOG.info("the ledger has schema {}", VERSION);
        }
    }

    static int version(Connection connection) throws SQLException {
        return Integer.parseInt(single(connection, "PRAGMA user_version"));
    }

    private static void upgrade(Connection connection, int version) throws SQLException, IOException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (int step = version + 1; step <= VERSION; step++) {
                for (String command : commands(step)) {
                    statement.execute(command);
                }
            }
            if (version < BOOK) {
                Backfill.run(connection); // By the code of today, so it needs the tables of today.
            }
            statement.execute("PRAGMA user_version = " + VERSION);
            connection.commit();
        } catch (SQLException | IOException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static List<String> commands(int step) throws IOException {
        String name = "schema-" + step + ".sql";
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream(name), name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split(";\\s*\n", -1))
                    .filter(command -> !command.isBlank())
                    .toList();
        }
    }

    /** Refuses an SQLite library that can lose rows. */
    static void checkLibrary(Connection connection) throws SQLException, IOException {
        String version = single(connection, "SELECT sqlite_version()");
        if (isOlder(version)) {
            throw new IOException("SQLite " + version + " can corrupt its database; 3.51.3 or newer is needed");
        }
    }

    static boolean isOlder(String version) {
        String[] parts = version.split("\\.", -1);
        for (int index = 0; index < OLDEST.length; index++) {
            int part = index < parts.length ? Integer.parseInt(parts[index]) : 0;
            if (part != OLDEST[index]) {
                return part < OLDEST[index];
            }
        }
        return false;
    }

    static String single(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getString(1) : "";
        }
    }
}
