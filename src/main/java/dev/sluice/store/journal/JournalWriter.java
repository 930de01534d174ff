package dev.sluice.store.journal;

import dev.sluice.ledger.Ledger;
import dev.sluice.model.Failure;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the journal: takes what is there, writes it, syncs once, then tells each event loop with
 * one task. When the disk fails, nothing is believed of that segment any more: intents are refused, outcomes are kept,
 * and after a pause a fresh segment is tried.
 */
final class JournalWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final int LARGEST_BATCH = 1 << 20;

    private final Inbox inbox;
    private final SegmentFolder folder;
    private final Consumer<Batch> written;
    private final long pauseNanos;
    private final long farewellNanos;
    private final Ticker ticker;
    private final ByteBuffer buffer;
    private final Deque<Pending> held = new ArrayDeque<>();
    private Optional<Segment> current = Optional.empty();
    private long next;
    private volatile String trouble = "";

    /** @param written gets each batch once it is durable, and each new segment with no entries */
    JournalWriter(
            Inbox inbox,
            SegmentFolder folder,
            JournalSettings settings,
            Ticker ticker,
            long next,
            Consumer<Batch> written) {
        this.inbox = inbox;
        this.folder = folder;
        this.written = written;
        this.pauseNanos = settings.pause().toNanos();
        this.ticker = ticker;
        this.farewellNanos = settings.farewell().toNanos();
        this.buffer = ByteBuffer.allocateDirect(Math.min(LARGEST_BATCH, settings.segmentBytes() / 4));
        this.next = next;
    }

    /** Why nothing can be made durable just now; "" while all is well. */
    String trouble() {
        return trouble;
    }

    @Override
    public void run() {
        try {
            step(); // Filling the first segment takes long, and nobody who starts need wait for it.
            while (!inbox.isClosing()) {
                // In trouble there is no waiting for records: only a try shows that the disk is back.
                if (trouble.isEmpty()) {
                    inbox.await();
                }
                step();
            }
            finish();
        } catch (RuntimeException | Error e) {
            trouble = "the journal's writer has died";
            LOG.error("the journal's writer has died; nothing with a price is sent any more", e);
            throw e;
        } finally {
            refuseIntents();
            closeSegment();
        }
    }

    private void finish() {
        long end = ticker.nanos() + farewellNanos;
        while (isWorkLeft() && ticker.nanos() - end < 0) {
            step();
        }
        if (isWorkLeft()) {
            LOG.error("{} records could not be written: {}", held.size() + inbox.count(), trouble);
        }
    }

    private boolean isWorkLeft() {
        return !held.isEmpty() || inbox.count() > 0;
    }

    void step() {
        if (!trouble.isEmpty()) {
            LockSupport.parkNanos(this, pauseNanos);
            refuseIntents();
        }
        List<Pending> batch = take();
        try {
            if (current.isEmpty() || !current.get().fits(buffer.remaining())) {
                roll();
            }
            if (!batch.isEmpty()) {
                current.orElseThrow().append(buffer);
            }
        } catch (IOException e) {
            fail(batch, e);
            return;
        }
        if (!trouble.isEmpty()) {
            LOG.warn("the journal can be written again");
            trouble = "";
        }
        succeed(batch);
    }

    private List<Pending> take() {
        buffer.clear();
        List<Pending> batch = new ArrayList<>();
        while (!held.isEmpty() && append(held.peekFirst(), batch)) {
            held.removeFirst();
        }
        Optional<Pending> pending = held.isEmpty() ? inbox.peek() : Optional.empty();
        while (pending.isPresent() && append(pending.get(), batch)) {
            inbox.take();
            pending = inbox.peek();
        }
        if (pending.isPresent() || !held.isEmpty()) {
            inbox.again();
        }
        buffer.flip();
        return batch;
    }

    private boolean append(Pending pending, List<Pending> batch) {
        byte[] payload = pending.payload();
        if (buffer.remaining() < Frame.HEAD + payload.length) {
            return false;
        }
        Frame.write(buffer, next + batch.size(), batch.size(), pending.entry().kind(), payload);
        batch.add(pending);
        return true;
    }

    private void roll() throws IOException {
        Segment fresh = folder.activate(next);
        closeSegment();
        current = Optional.of(fresh);
        written.accept(new Batch(fresh, next, List.of()));
    }

    private void succeed(List<Pending> batch) {
        if (batch.isEmpty()) {
            return;
        }
        written.accept(new Batch(
                current.orElseThrow(), next, batch.stream().map(Pending::entry).toList()));
        next += batch.size();
        IdentityHashMap<Executor, List<Ledger.Intended>> byLoop = new IdentityHashMap<>();
        for (Pending pending : batch) {
            if (pending.isAwaited()) {
                byLoop.computeIfAbsent(pending.loop(), _ -> new ArrayList<>()).add(pending.then());
            }
        }
        byLoop.forEach((loop, waiting) -> tell(loop, () -> waiting.forEach(JournalWriter::durable)));
    }

    private static void durable(Ledger.Intended waiting) {
        try {
            waiting.durable();
        } catch (RuntimeException e) {
            // The others of the batch must go on.
            LOG.error("a continuation failed", e);
        }
    }

    private void fail(List<Pending> batch, IOException e) {
        LOG.error("the journal cannot be written; calls with a price are refused until it can", e);
        trouble = "the ledger's disk has failed: " + reason(e);
        current.ifPresent(Segment::abandon);
        closeSegment();
        for (int index = batch.size() - 1; index >= 0; index--) {
            Pending pending = batch.get(index);
            if (pending.isAwaited()) {
                refuse(pending.loop(), pending.then(), trouble);
            } else {
                held.addFirst(pending);
            }
        }
        refuseIntents();
    }

    /** Clients are told, and where its files lie is none of their business. */
    private static String reason(IOException e) {
        if (e instanceof FileSystemException named) {
            return Optional.ofNullable(named.getReason())
                    .orElseGet(() -> named.getClass().getSimpleName());
        }
        return String.valueOf(e.getMessage());
    }

    /** Also called when the writer is gone, for those who came too late. */
    void refuseIntents() {
        for (Optional<Pending> waiting = inbox.peek(); waiting.isPresent(); waiting = inbox.peek()) {
            inbox.take();
            Pending pending = waiting.get();
            if (pending.isAwaited()) {
                refuse(pending.loop(), pending.then(), trouble.isEmpty() ? "the ledger is closing" : trouble);
            } else {
                held.addLast(pending);
            }
        }
    }

    static void refuse(Executor loop, Ledger.Intended then, String why) {
        tell(loop, () -> then.refused(new Failure.LedgerUnavailable(why)));
    }

    private static void tell(Executor loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // Nothing is sent without a continuation, so nothing is lost but the caller's answer.
            LOG.warn("an event loop has gone before its answer came", e);
        }
    }

    private void closeSegment() {
        try {
            if (current.isPresent()) {
                current.get().close();
            }
        } catch (IOException e) {
            LOG.warn("a journal segment could not be closed", e);
        }
        current = Optional.empty();
    }
}
