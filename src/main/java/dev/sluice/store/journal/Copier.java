package dev.sluice.store.journal;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Archive;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.time.Clocks;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that carries ended attempts from the journal to the archive, one row each, and gives segments back
 * whose records are all there. An attempt that goes on for long would hold its segment: it is written again.
 */
final class Copier implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Copier.class);
    private static final int ROWS = 5000;

    private final Archive archive;
    private final SegmentFolder folder;
    private final Consumer<Entry> again;
    private final long periodNanos;
    private final long farewellNanos;
    private final Ticker ticker;
    private final Retention retention;
    private final ConcurrentLinkedQueue<Batch> incoming = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unsaved = new AtomicInteger();
    private final AtomicInteger open;
    private final Map<String, Open> openAttempts = new HashMap<>();
    private final Deque<Live> live = new ArrayDeque<>();
    private final List<Attempt> rows = new ArrayList<>();
    private final List<Amendment> amendments = new ArrayList<>();
    private int drained;
    private int drainedBehind;
    private long last;
    private volatile boolean closing;
    private volatile long archivedBehind;
    private volatile String trouble = "";

    /** @param sequence of the newest record that says it is open */
    private record Open(Intent intent, long sequence, boolean isSaidAgain) {}

    /** A segment and the last sequence in it. */
    private record Live(Segment segment, long last) {}

    /**
     * @param open counts the attempts that have not ended; lowered here
     * @param again writes a record behind
     */
    Copier(
            Archive archive,
            SegmentFolder folder,
            JournalSettings settings,
            Clocks clocks,
            AtomicInteger open,
            Consumer<Entry> again) {
        this.archive = archive;
        this.folder = folder;
        this.again = again;
        this.open = open;
        this.periodNanos = settings.copyPeriod().toNanos();
        this.ticker = clocks.ticker();
        this.retention = new Retention(archive, settings.detail(), clocks.wall());
        this.farewellNanos = settings.farewell().toNanos();
        this.last = archive.position();
    }

    /** Records that are in the journal only. */
    int unsaved() {
        return unsaved.get();
    }

    /** How many records that nobody waited for are in the archive. */
    long archivedBehind() {
        return archivedBehind;
    }

    /** Why nothing can be archived just now; "" while all is well. */
    String trouble() {
        return trouble;
    }

    /** Called by the writer. */
    void accept(Batch batch, Thread copier) {
        int size = batch.entries().size();
        incoming.add(batch);
        int now = unsaved.addAndGet(size);
        if (now >= ROWS && now - size < ROWS) {
            LockSupport.unpark(copier);
        }
    }

    void close(Thread copier) {
        closing = true;
        LockSupport.unpark(copier);
    }

    @Override
    public void run() {
        while (!closing) {
            if (unsaved.get() < ROWS || !trouble.isEmpty()) {
                LockSupport.parkNanos(this, periodNanos);
            }
            cycle();
        }
        long end = ticker.nanos() + farewellNanos;
        boolean whole = cycle();
        while (!whole && ticker.nanos() - end < 0) {
            LockSupport.parkNanos(this, periodNanos);
            whole = cycle();
        }
        if (!rows.isEmpty()) {
            LOG.error("{} attempts stay in the journal until the next start: {}", rows.size(), trouble);
        } else if (whole && openAttempts.isEmpty()) {
            leave();
        }
    }

    /** The next start need not read what is in the archive already. */
    private void leave() {
        try {
            folder.end(last + 1);
            for (Live each : live) {
                folder.recycle(each.segment());
            }
        } catch (IOException e) {
            LOG.warn("the journal's segments stay as they are; the next start reads them again", e);
        }
    }

    /** @return whether everything was archived */
    boolean cycle() {
        drain();
        try {
            save();
            recycle();
            if (!closing) {
                retention.step();
            }
        } catch (IOException | RuntimeException e) {
            if (trouble.isEmpty()) {
                LOG.error("the archive cannot be written; the journal keeps what happens until it can", e);
            }
            trouble = "the archive has failed: " + e.getMessage();
            return false;
        }
        if (!trouble.isEmpty()) {
            LOG.warn("the archive can be written again");
            trouble = "";
        }
        prepare();
        return true;
    }

    private void prepare() {
        try {
            if (!closing) {
                folder.prepare();
            }
        } catch (IOException e) {
            // Not needed yet; the writer says so when it is.
            LOG.debug("no spare journal segment can be made", e);
        }
    }

    private void drain() {
        for (Batch batch = incoming.poll(); batch != null; batch = incoming.poll()) {
            Segment segment = batch.segment();
            Live newest = live.peekLast();
            if (newest != null && newest.segment() == segment) {
                live.removeLast();
            }
            live.addLast(new Live(segment, batch.last()));
            long sequence = batch.first();
            for (Entry entry : batch.entries()) {
                take(entry, sequence++);
                drainedBehind += entry instanceof Entry.Opened ? 0 : 1;
            }
            drained += batch.entries().size();
            last = batch.last();
        }
    }

    private void take(Entry entry, long sequence) {
        switch (entry) {
            case Entry.Opened(Intent intent) -> openAttempts.put(intent.attemptId(), new Open(intent, sequence, false));
            case Entry.StillOpen(Intent intent) ->
                openAttempts.computeIfPresent(intent.attemptId(), (_, _) -> new Open(intent, sequence, false));
            case Entry.Ended(Outcome outcome) -> end(outcome);
            case Entry.Whole(Attempt attempt) -> rows.add(attempt);
            case Entry.Amended(Amendment amendment) -> amendments.add(amendment);
        }
    }

    private void end(Outcome outcome) {
        Optional.ofNullable(openAttempts.remove(outcome.attemptId())).ifPresent(found -> {
            open.decrementAndGet();
            rows.add(new Attempt(found.intent, outcome));
        });
    }

    private void save() throws IOException {
        while (rows.size() > ROWS) {
            List<Attempt> some = rows.subList(0, ROWS);
            archive.put(List.copyOf(some), List.of(), archive.position());
            some.clear();
        }
        if (last > archive.position()) {
            archive.put(List.copyOf(rows), List.copyOf(amendments), last);
        }
        rows.clear();
        amendments.clear();
        unsaved.addAndGet(-drained);
        drained = 0;
        countArchived();
    }

    /** Only this thread writes it. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void countArchived() {
        archivedBehind += drainedBehind;
        drainedBehind = 0;
    }

    private void recycle() throws IOException {
        while (live.size() > 1 && live.getFirst().last() <= archive.position()) {
            Live oldest = live.getFirst();
            if (holdsOpen(oldest.last())) {
                return;
            }
            live.removeFirst();
            folder.recycle(oldest.segment());
        }
    }

    /** Whether attempts are open whose newest record is that old; they are written again, once. */
    private boolean holdsOpen(long sequence) {
        boolean holds = false;
        for (Map.Entry<String, Open> entry : openAttempts.entrySet()) {
            Open attempt = entry.getValue();
            if (attempt.sequence <= sequence) {
                holds = true;
                if (!attempt.isSaidAgain && !closing) {
                    entry.setValue(new Open(attempt.intent, attempt.sequence, true));
                    again.accept(new Entry.StillOpen(attempt.intent));
                }
            }
        }
        return holds;
    }
}
