package dev.sluice.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/**
 * SQLite's native library, loaded once in the life of a process. Left to itself its driver unpacks a megabyte into the
 * folder for temporary files at every start and leaves it there unless the virtual machine ends in its own time, which a
 * halted or killed one does not. Safe for any thread.
 */
public final class SqliteLibrary {
    /** The driver's own name for a folder in which the library lies ready. */
    private static final String READY = "org.sqlite.lib.path";

    /** The driver's own name for the folder into which it unpacks. */
    private static final String UNPACKED = "org.sqlite.tmpdir";

    private SqliteLibrary() {}

    /** The virtual machine lets one thread in and the others wait. */
    private static final class Once {
        private static final Optional<IOException> FAILURE = attempt();

        private static Optional<IOException> attempt() {
            try {
                if (isReady() || System.getProperty(UNPACKED) != null) {
                    SQLiteJDBCLoader.initialize();
                } else {
                    unpackAndForget();
                }
                return Optional.empty();
            } catch (Exception failed) { // The driver's signature says no more.
                return Optional.of(new IOException("SQLite's native library cannot be loaded: " + failed, failed));
            }
        }
    }

    /** @throws IOException where this machine cannot have it */
    public static void load() throws IOException {
        if (Once.FAILURE.isPresent()) {
            throw Once.FAILURE.get();
        }
    }

    private static boolean isReady() {
        return Optional.ofNullable(System.getProperty(READY))
                .filter(folder -> Files.isRegularFile(Path.of(folder, LibraryLoaderUtil.getNativeLibName())))
                .isPresent();
    }

    /** A library that is loaded needs its file no more, so not even a kill leaves one behind. */
    private static void unpackAndForget() throws Exception {
        Path folder = Files.createTempDirectory("sluice-sqlite");
        System.setProperty(UNPACKED, folder.toString());
        try {
            SQLiteJDBCLoader.initialize();
        } finally {
            System.clearProperty(UNPACKED);
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> inside = Files.list(folder)) {
            files = inside.toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }

    /**
     * Puts it into a folder for later starts, which find it by the property {@code org.sqlite.lib.path}.
     *
     * @throws IOException where the driver has none for this machine, too
     */
    public static void unpack(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = "/org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + name;
        Files.createDirectories(folder);
        Path fresh = Files.createTempFile(folder, name, ".new");
        try (InputStream packed = Optional.ofNullable(SQLiteJDBCLoader.class.getResourceAsStream(resource))
                .orElseThrow(() -> new IOException("SQLite's driver has no " + resource))) {
            Files.copy(packed, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
