package dev.sluice.store.journal;

import dev.sluice.ledger.Archive;
import dev.sluice.store.DataFolder;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A ledger's disk that fails or stands still when a test says so. A whole one until then. Thread-safe. */
public final class TestDisk {
    private static final int PATIENCE_SECONDS = 30;

    private final UnaryOperator<JournalSettings> settings;
    private final Set<FileChannel> failed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger triedAgain = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile CountDownLatch moving = new CountDownLatch(0);

    private TestDisk(UnaryOperator<JournalSettings> settings) {
        this.settings = settings;
    }

    public static TestDisk large() {
        return new TestDisk(UnaryOperator.identity());
    }

    /**
     * One with segments of a mebibyte and few of them.
     *
     * @param queued the most records that wait to be written
     * @param unsaved the most records that are not in the archive yet
     */
    public static TestDisk small(int queued, int unsaved) {
        return new TestDisk(given -> given.withSegments(1 << 20, 8).withBounds(queued, 1000, unsaved));
    }

    /** As the program opens its ledger. */
    public JournaledLedger open(DataFolder folder, JournalSettings given, Archive archive, Clocks clocks)
            throws IOException {
        return JournaledLedger.open(folder, settings.apply(given), archive, clocks, this::force);
    }

    private void force(FileChannel channel) throws IOException {
        waiting.incrementAndGet();
        try {
            if (!moving.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("never moved on");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            waiting.decrementAndGet();
        }
        if (failed.contains(channel)) {
            triedAgain.incrementAndGet();
        }
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            failed.add(channel);
            throw new IOException("EIO");
        }
        channel.force(false);
    }

    /** Lets so many syncs from now on fail. */
    public void fail(int syncs) {
        failures.set(syncs);
    }

    /** How often a file was synced again whose sync had failed. */
    public int triedAgain() {
        return triedAgain.get();
    }

    /** Lets every sync wait from now on. */
    public void stop() {
        moving = new CountDownLatch(1);
    }

    /** Whether somebody waits for it. */
    public boolean isAwaited() {
        return waiting.get() > 0;
    }

    public void goOn() {
        moving.countDown();
    }
}
