package dev.sluice.store.answers;

import dev.sluice.pipeline.Fate;
import dev.sluice.pipeline.repeat.KeptAnswers;
import dev.sluice.pipeline.repeat.RecordedReply;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers kept in the data folder. One thread does what it is told in that order, many things with one sync, and tells
 * each event loop. Thread-safe.
 *
 * <p>A call that began and whose end was not written may have been charged. Of an earlier life of this program, the
 * ledger knows; of this one, the answer was lost on its way to the disk, and only the client may decide to pay again.
 */
public final class SqliteAnswers implements KeptAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteAnswers.class);
    private static final int MOST_WAITING = 10_000;

    /** Of answers that a disk which stands still has not taken yet. */
    private static final long MOST_WAITING_BYTES = 32L << 20;

    private static final long FAREWELL_MILLIS = 10_000;

    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final InstantSource clock;
    private final Thread thread;
    private volatile boolean closing;

    private SqliteAnswers(Function<LinkedBlockingQueue<Order>, Runnable> clerk, InstantSource clock) {
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("answers").unstarted(clerk.apply(orders));
    }

    /**
     * Begins. Opening the file goes on behind: nobody waits for it but calls with a key.
     *
     * @param folder the data folder, locked
     * @param fate what the ledger knows of a request of an earlier life
     */
    public static SqliteAnswers start(
            Path folder, Clerk.Bounds bounds, Function<String, Fate> fate, InstantSource clock) {
        SqliteAnswers answers = new SqliteAnswers(orders -> new Clerk(folder, bounds, fate, clock, orders), clock);
        answers.thread.start();
        return answers;
    }

    @Override
    public void begin(Once call, Executor loop, Consumer<Found> then) {
        if (closing) {
            then.accept(new Found.Unavailable("the gateway is shutting down"));
        } else if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            then.accept(new Found.Unavailable("too many calls wait for the store of kept answers"));
        } else {
            orders.add(new Order.Begin(call, loop, found -> {
                waiting.decrementAndGet();
                then.accept(found);
            }));
        }
    }

    @Override
    public void keep(Once call, RecordedReply reply) {
        int bytes = reply.body().length;
        if (waitingBytes.addAndGet(bytes) > MOST_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            LOG.warn("the disk is too slow to keep an answer; repeats of its call are refused");
            return;
        }
        orders.add(new Order.Keep(call, reply, clock.millis(), () -> waitingBytes.addAndGet(-bytes)));
    }

    @Override
    public void release(Once call) {
        orders.add(new Order.Release(call));
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        orders.add(new Order.Close());
        try {
            thread.join(FAREWELL_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.error("the store of kept answers does not end; its last answers may be missing");
        }
    }
}
