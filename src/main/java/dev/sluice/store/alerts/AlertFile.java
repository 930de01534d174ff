package dev.sluice.store.alerts;

import dev.sluice.alert.Raised;
import dev.sluice.alert.Sink;
import dev.sluice.store.DataFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The last {@value #MOST} alerts that were told, so that a restart does not tell them again: a line of JSON for each in a
 * file of the data folder, written anew as a whole on a thread of its own. What cannot be read or written is told twice
 * rather than never. Thread-safe.
 */
public final class AlertFile implements Sink, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AlertFile.class);
    private static final String FILE = "alerts.jsonl";
    private static final int MOST = 1_000;

    /** A file that is larger was not written here. */
    private static final long LARGEST = 16L << 20;

    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final Deque<Raised> told = new ArrayDeque<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("alert-file").factory());
    private boolean isWaiting;
    private boolean isClosed;

    private AlertFile(Path file) {
        this.file = file;
    }

    /** @param folder the data folder, which nobody else writes to */
    public static AlertFile open(Path folder) {
        AlertFile opened = new AlertFile(folder.resolve(FILE));
        opened.read();
        return opened;
    }

    private void read() {
        try {
            if (Files.size(file) <= LARGEST) {
                for (String line : Files.readAllLines(file)) {
                    raised(line).ifPresent(this::keep);
                }
            }
        } catch (NoSuchFileException _) {
            return; // None was told yet.
        } catch (IOException unreadable) {
            LOG.warn("what alerts were told cannot be read, so some may be told again: {}", unreadable.toString());
        }
    }

    private static Optional<Raised> raised(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            return Optional.of(new Raised(
                    Instant.parse(text(json, "at")),
                    text(json, "window"),
                    text(json, "kind"),
                    text(json, "subject"),
                    text(json, "text")));
        } catch (JacksonException | DateTimeException _) {
            return Optional.empty();
        }
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).stringValue();
    }

    private synchronized void keep(Raised raised) {
        told.addLast(raised);
        if (told.size() > MOST) {
            told.removeFirst();
        }
    }

    /** The oldest first. */
    public synchronized List<Raised> told() {
        return List.copyOf(told);
    }

    @Override
    public synchronized void take(Raised raised) {
        keep(raised);
        if (!isWaiting && !isClosed) {
            isWaiting = true;
            thread.execute(this::write);
        }
    }

    private void write() {
        byte[] lines = lines().getBytes(StandardCharsets.UTF_8);
        try {
            DataFolder.replace(file, lines);
        } catch (IOException failed) {
            LOG.warn("what alerts were told cannot be written, so a restart tells them again: {}", failed.toString());
        }
    }

    private synchronized String lines() {
        isWaiting = false;
        return told.stream().map(AlertFile::line).collect(Collectors.joining());
    }

    private static String line(Raised raised) {
        return JSON.createObjectNode()
                        .put("at", raised.at().toString())
                        .put("window", raised.window())
                        .put("kind", raised.kind())
                        .put("subject", raised.subject())
                        .put("text", raised.text())
                + "\n";
    }

    /** Waits until all is written down. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        thread.close();
    }
}
