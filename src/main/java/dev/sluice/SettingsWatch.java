package dev.sluice;

import dev.sluice.config.Reloading;
import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.ledger.price.PriceBook;
import dev.sluice.settings.Guard;
import dev.sluice.settings.PriceSettings;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsChanges;
import dev.sluice.settings.SettingsSource;
import dev.sluice.store.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the settings file and the price file again whenever one of them is seen to have changed. A file that is wrong
 * changes nothing and is told of once, with line and path. Thread-safe.
 */
public final class SettingsWatch implements Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);

    /** How often to {@link #look}. */
    static final Duration PERIOD = Duration.ofMillis(100);

    private final SettingsSource source;
    private final LiveSettings live;
    private final InstantSource clock;
    private final Consumer<String> count;
    private List<Optional<FileStamp>> seen;
    private List<Optional<FileStamp>> before;
    private Set<String> told = Set.of();
    private volatile Status status;

    /** @param count of what became of a reading: {@code taken} or {@code refused} */
    SettingsWatch(SettingsSource source, LiveSettings live, InstantSource clock, Consumer<String> count) {
        this.source = source;
        this.live = live;
        this.clock = clock;
        this.count = count;
        this.seen = stamps();
        this.before = seen;
        this.status = new Status(source.file().toString(), 0, 0, Optional.empty(), Optional.empty(), List.of());
    }

    /** Whoever writes a file may not be done with it: it is read once it looks the same twice. */
    synchronized void look() {
        List<Optional<FileStamp>> found = stamps();
        if (!found.equals(seen) && found.equals(before)) {
            readAgain();
        }
        before = found;
    }

    private List<Optional<FileStamp>> stamps() {
        List<Optional<FileStamp>> stamps = new ArrayList<>();
        stamps.add(stamp(source.file()));
        live.now().prices().ifPresent(prices -> stamps.add(stamp(prices)));
        return stamps;
    }

    /** A file that nobody may look at is as good as none here; why, its reading will tell. */
    private static Optional<FileStamp> stamp(Path file) {
        try {
            return FileStamp.of(file);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    @Override
    public synchronized Outcome reload() {
        return readAgain();
    }

    /** The stamps are taken before the files are read, so a change in between is seen the next time. */
    private Outcome readAgain() {
        List<Optional<FileStamp>> stamps = stamps();
        try {
            Outcome.Taken taken = take();
            seen = stamps; // Where another price file is named now, this makes the next look read once more.
            return taken;
        } catch (SettingsException | IllegalArgumentException wrong) {
            seen = stamps;
            return refuse(String.valueOf(wrong.getMessage()));
        } catch (IOException | RuntimeException later) {
            return refuse(String.valueOf(later.getMessage()));
        }
    }

    private Outcome.Taken take() throws IOException {
        refuseEmpty();
        Settings written = source.again().get();
        Settings next = live.now().taking(written);
        Guard.refuseUnguarded(next, Section.empty());
        PriceBook book = prices(next, written);
        List<String> changed = new ArrayList<>(SettingsChanges.whileRunning(live.now(), next));
        if (!book.rows().equals(live.prices().rows()) && !changed.contains("prices")) {
            changed.add("prices");
        }
        List<String> waiting = SettingsChanges.waiting(live.now(), written);
        live.use(next, book);
        note(changed, waiting);
        return new Outcome.Taken(changed, waiting);
    }

    /** An editor may empty a file before it writes it; nobody means to take all settings away by that. */
    private void refuseEmpty() {
        if (stamp(source.file()).filter(stamp -> stamp.size() == 0).isPresent()) {
            throw new SettingsException(source.file() + ": is empty");
        }
    }

    /** A provider that waits for a restart to be free no longer may have its prices already. */
    private static PriceBook prices(Settings next, Settings written) {
        return PriceSettings.book(next.prices(), written.offer());
    }

    private void note(List<String> changed, List<String> waiting) {
        if (!changed.isEmpty()) {
            LOG.info("settings read again: {} changed and hold from now on", String.join(", ", changed));
            count.accept("taken");
        } else if (status.error().isPresent()) {
            LOG.info("the settings file is right again");
        }
        for (String path : waiting) {
            if (!told.contains(path)) {
                LOG.warn("{} changed; it takes effect after a restart", path);
            }
        }
        told = new HashSet<>(waiting);
        Optional<Instant> last = changed.isEmpty() ? status.last() : Optional.of(clock.instant());
        status = new Status(
                status.source(),
                status.taken() + (changed.isEmpty() ? 0 : 1),
                status.refused(),
                last,
                Optional.empty(),
                waiting);
    }

    private Outcome refuse(String why) {
        if (!status.error().equals(Optional.of(why))) {
            LOG.error("{}; the settings of before stay in force", why);
            count.accept("refused");
            status = new Status(
                    status.source(),
                    status.taken(),
                    status.refused() + 1,
                    status.last(),
                    Optional.of(why),
                    status.waiting());
        }
        return new Outcome.Refused(why);
    }

    @Override
    public Status status() {
        return status;
    }
}
