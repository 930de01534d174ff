package dev.sluice.alert;

import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Passes each alert on once in its window, and keeps the last ones in memory. Thread-safe; its lock is held for a few map
 * operations.
 */
public final class Alerts implements Alarm {
    private static final int KEPT = 100;
    private static final int REMEMBERED = 10_000;

    private final InstantSource clock;
    private final List<Sink> sinks;
    private final Map<Key, Boolean> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final Deque<Raised> last = new ArrayDeque<>();

    /** @param before what was told in earlier lives, the oldest first */
    public Alerts(InstantSource clock, List<Sink> sinks, List<Raised> before) {
        this.clock = clock;
        this.sinks = List.copyOf(sinks);
        before.forEach(this::isNews);
    }

    private record Key(String kind, String subject, String window) {}

    @Override
    public void raise(Alert alert) {
        Instant now = clock.instant();
        String window = alert.window()
                .orElseGet(() -> LocalDate.ofInstant(now, ZoneOffset.UTC).toString());
        Raised raised = Raised.of(alert, window, now);
        if (isNews(raised)) {
            sinks.forEach(sink -> sink.take(raised));
        }
    }

    private synchronized boolean isNews(Raised raised) {
        Key key = new Key(raised.kind(), raised.subject(), raised.window());
        if (told.put(key, true) != null) {
            return false;
        }
        last.addFirst(raised);
        if (last.size() > KEPT) {
            last.removeLast();
        }
        return true;
    }

    /** The last hundred, the newest first. */
    public synchronized List<Raised> last() {
        return new ArrayList<>(last);
    }
}
