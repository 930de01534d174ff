package dev.sluice.store.journal;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Archive;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Recovery;
import dev.sluice.store.DataFolder;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger: an intent is durable in the journal before anything is sent, and each attempt becomes one row of the
 * archive within moments of its end. Two threads of its own: one writes the journal, one the archive.
 */
public final class JournaledLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(JournaledLedger.class);

    private final JournalSettings settings;
    private final Archive archive;
    private final Recovery recovery;
    private final Inbox inbox;
    private final JournalWriter writer;
    private final Copier copier;
    private final Thread writerThread;
    private final Thread copierThread;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong said = new AtomicLong();
    private boolean closed;

    /**
     * Settles what the last run left open, then begins.
     *
     * @param archive belongs to the ledger from now on, and is closed with it
     * @throws DamagedJournalException where records are missing that had been safe
     */
    public static JournaledLedger open(DataFolder folder, JournalSettings settings, Archive archive, Clocks clocks)
            throws IOException {
        return open(folder, settings, archive, clocks, Sync.DATA);
    }

    static JournaledLedger open(DataFolder folder, JournalSettings settings, Archive archive, Clocks clocks, Sync sync)
            throws IOException {
        SegmentFolder segments = new SegmentFolder(folder.path().resolve("journal"), settings, sync);
        Recovery recovery = new Recoverer(segments, archive, settings.salvage(), clocks).run();
        JournaledLedger ledger = new JournaledLedger(settings, segments, archive, recovery, clocks);
        ledger.copierThread.start();
        ledger.writerThread.start();
        return ledger;
    }

    /** One whose threads do not run: somebody else takes their steps, one at a time, in an order of his own. */
    static JournaledLedger stepped(
            DataFolder folder, JournalSettings settings, Archive archive, Clocks clocks, Sync sync) throws IOException {
        SegmentFolder segments = new SegmentFolder(folder.path().resolve("journal"), settings, sync);
        Recovery recovery = new Recoverer(segments, archive, settings.salvage(), clocks).run();
        return new JournaledLedger(settings, segments, archive, recovery, clocks);
    }

    /** One step of the journal's thread: a batch, if there is anything to write. */
    void writeOnce() {
        writer.step();
    }

    /** One step of the archive's thread. */
    void copyOnce() {
        copier.cycle();
    }

    private JournaledLedger(
            JournalSettings settings, SegmentFolder segments, Archive archive, Recovery recovery, Clocks clocks) {
        this.settings = settings;
        this.archive = archive;
        this.recovery = recovery;
        inbox = new Inbox(settings.settleDelay().toNanos());
        copier = new Copier(archive, segments, settings, clocks, open, entry -> give(Pending.behind(entry)));
        copierThread = Thread.ofPlatform().daemon().name("archive").unstarted(copier);
        writer = new JournalWriter(
                inbox,
                segments,
                settings,
                clocks.ticker(),
                archive.position() + 1,
                batch -> copier.accept(batch, copierThread));
        writerThread = Thread.ofPlatform().daemon().name("journal").unstarted(writer);
    }

    /** What was found at the start. */
    public Recovery recovery() {
        return recovery;
    }

    /** Why attempts with a price are refused just now; empty while all is well. */
    public Optional<String> trouble() {
        String why = refusal();
        return why.isEmpty() ? Optional.empty() : Optional.of(why);
    }

    /** Free attempts that were not booked because the disk could not follow. */
    public long dropped() {
        return dropped.get();
    }

    @Override
    public void intend(Intent intent, Executor loop, Intended then) {
        String why = refusal();
        if (!why.isEmpty()) {
            JournalWriter.refuse(loop, then, why);
            return;
        }
        Entry entry = new Entry.Opened(intent);
        open.incrementAndGet();
        give(new Pending(entry, entry.payload(), loop, new Opening(then, open)));
    }

    private String refusal() {
        if (inbox.isClosing()) {
            return "the ledger is closing";
        }
        String trouble = writer.trouble();
        if (!trouble.isEmpty()) {
            return trouble;
        }
        if (inbox.count() >= settings.queued()) {
            return "too many records wait for the ledger's disk";
        }
        if (copier.unsaved() >= settings.unsaved()) {
            return copier.trouble().isEmpty() ? "the archive is too far behind" : copier.trouble();
        }
        return open.get() >= settings.open() ? "too many attempts are open" : "";
    }

    @Override
    public void settle(Outcome outcome) {
        // Each open attempt ends once, so the bound on these is the bound on those; past it somebody settles wildly.
        if (inbox.count() >= settings.queued() + settings.open()) {
            LOG.error("the outcome of attempt {} is lost; it will be in doubt", outcome.attemptId());
            return;
        }
        give(Pending.behind(new Entry.Ended(outcome)));
    }

    @Override
    public void record(Intent intent, Outcome outcome) {
        if (inbox.count() >= settings.queued()) {
            dropped.incrementAndGet();
            return;
        }
        give(Pending.behind(new Entry.Whole(new Attempt(intent, outcome))));
    }

    @Override
    public void amend(Amendment amendment) {
        if (inbox.count() >= settings.queued() + settings.open()) {
            LOG.error("amendment {} of attempt {} is lost; say it again", amendment.id(), amendment.attemptId());
            return;
        }
        give(Pending.behind(new Entry.Amended(amendment)));
    }

    private void give(Pending pending) {
        if (!pending.isAwaited()) {
            said.incrementAndGet(); // Before it is in the queue, so that the number is never behind its place there.
        }
        inbox.add(pending, writerThread);
    }

    /** Records that nobody waits for are never dropped and never overtake each other, so they can be counted. */
    @Override
    public long said() {
        return said.get();
    }

    @Override
    public boolean hasArchived(long mark) {
        boolean archived = copier.archivedBehind() >= mark;
        if (!archived) {
            LockSupport.unpark(copierThread);
        }
        return archived;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        inbox.close(writerThread);
        join(writerThread);
        writer.refuseIntents();
        copier.close(copierThread);
        join(copierThread);
        try {
            archive.close();
        } catch (IOException e) {
            LOG.error("the archive could not be closed", e);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                // What is booked must reach the disk first.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
