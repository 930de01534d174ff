package dev.sluice.store.keys;

import dev.sluice.account.IssuedKey;
import dev.sluice.account.KeyRing;
import dev.sluice.account.KeyStore;
import dev.sluice.store.FileStamp;
import dev.sluice.time.Repeating;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on the keys whenever their file changes, within a quarter of a second, on a thread of its own. A file that cannot
 * be used, or has vanished, changes nothing but is told of loudly. What is changed through it holds at once. Thread-safe.
 */
public final class KeyWatch implements KeyStore, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);
    private static final Duration PERIOD = Duration.ofMillis(250);

    private final KeyFile file;
    private final Consumer<KeyFile.Loaded> use;
    private Optional<FileStamp> seen = Optional.empty();
    private String complaint = "";
    private Optional<Repeating> repeating = Optional.empty();

    private KeyWatch(KeyFile file, Consumer<KeyFile.Loaded> use) throws IOException {
        this.file = file;
        this.use = use;
        take(file.stamp());
    }

    /**
     * Hands on what there is, and then every change.
     *
     * @throws IOException where there are keys that cannot be used
     */
    public static KeyWatch start(KeyFile file, Consumer<KeyFile.Loaded> use) throws IOException {
        KeyWatch watch = new KeyWatch(file, use);
        watch.repeating = Optional.of(Repeating.every(PERIOD, "key-watch", watch::look));
        return watch;
    }

    @Override
    public KeyRing keys() throws IOException {
        return file.keys();
    }

    @Override
    public Made create(Order order) throws IOException {
        Made made = file.create(order);
        look();
        return made;
    }

    @Override
    public Made rotate(String id, Duration overlap) throws IOException {
        Made made = file.rotate(id, overlap);
        look();
        return made;
    }

    @Override
    public IssuedKey revoke(String id) throws IOException {
        IssuedKey over = file.revoke(id);
        look();
        return over;
    }

    private synchronized void look() {
        try {
            Optional<FileStamp> now = file.stamp();
            if (!now.equals(seen)) {
                if (now.isEmpty()) {
                    throw new IOException("the key store has vanished");
                }
                take(now);
            }
            complaint = "";
        } catch (IOException wrong) {
            complain(String.valueOf(wrong.getMessage()));
        }
    }

    /** The stamp was taken before the file is read, so a change in between is seen the next time. */
    private void take(Optional<FileStamp> stamp) throws IOException {
        file.load().ifPresent(use);
        seen = stamp;
    }

    private void complain(String wrong) {
        if (!wrong.equals(complaint)) {
            LOG.error("{}; THE KEYS OF BEFORE STAY GOOD, and a key revoked since then does too", wrong);
            complaint = wrong;
        }
    }

    @Override
    public void close() {
        repeating.ifPresent(Repeating::close);
    }
}
