package dev.sluice.ledger.budget;

import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import java.io.Closeable;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this gateway's leases in step with the pool, on a virtual thread of its own: at once where a call waits for more,
 * else a few times a second. No call ever waits for the network here; it asks again until the answer is there.
 *
 * <p>A change between reachable and not is told once, in the log and as an alert, however many calls it concerns.
 */
public final class PoolLink implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolLink.class);

    /** How many accounts are told at once; there is always a next round. */
    private static final int MOST = 256;

    /** How many of them may be ones of which there is nothing new. */
    private static final int FRESH = 32;

    /** A close must not take long; what is not given back is still this gateway's when it starts again. */
    private static final int MOST_AT_END = 100;

    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofMillis(250);

    /** So that calls which come together are asked for together. */
    private static final Duration GAP = Duration.ofMillis(2);

    /** Where calls wait and the last answer did not help, something must change elsewhere first. */
    private static final Duration SOON = Duration.ofMillis(15);

    private final Budgets budgets;
    private final Pool pool;
    private final InstantSource clock;
    private final Alarm alarm;
    private final Thread thread;
    private boolean reachable = true;
    private volatile boolean closing;

    private PoolLink(Budgets budgets, Pool pool, InstantSource clock, Alarm alarm) {
        this.budgets = budgets;
        this.pool = pool;
        this.clock = clock;
        this.alarm = alarm;
        this.thread = Thread.ofVirtual().name("pool").unstarted(this::work);
    }

    /**
     * Begins at once, without waiting for the pool.
     *
     * @param budgets whose limits are {@link Budgets#shared}
     * @param pool closed with it
     * @param alarm hears when the pool cannot be reached
     */
    public static PoolLink start(Budgets budgets, Pool pool, InstantSource clock, Alarm alarm) {
        PoolLink link = new PoolLink(budgets, pool, clock, alarm);
        link.thread.start();
        return link;
    }

    private void work() {
        try {
            while (!closing) {
                if (round()) {
                    rest();
                } else {
                    Thread.sleep(RETRY);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void rest() throws InterruptedException {
        if (budgets.isBehind(MOST)) {
            Thread.sleep(GAP);
        } else if (budgets.awaitWant(budgets.isWaitedFor() ? SOON : PERIOD)) {
            Thread.sleep(GAP);
        }
    }

    /** Whether an answer came. */
    private boolean round() {
        try {
            budgets.answered(pool.exchange(budgets.reports(MOST, FRESH, clock.instant())));
            noteReachable();
            return true;
        } catch (PoolUnreachableException failed) {
            budgets.unanswered(failed.isExpelled());
            noteUnreachable(String.valueOf(failed.getMessage()));
        } catch (RuntimeException bug) {
            budgets.unanswered(false);
            if (reachable) {
                LOG.error("an exchange with the shared budgets' store failed", bug);
            }
            noteUnreachable("its answer could not be understood");
        }
        return false;
    }

    private void noteReachable() {
        if (!reachable) {
            reachable = true;
            LOG.info("the shared budgets' store at {} can be reached again", pool.place());
        }
    }

    private void noteUnreachable(String why) {
        if (reachable && !closing) {
            reachable = false;
            LOG.warn(
                    "the shared budgets' store at {} cannot be reached: {}; what is leased already can be spent, then hard"
                            + " limits refuse",
                    pool.place(),
                    why);
            alarm.raise(new Alert.SharedStoreUnreachable(why));
        }
    }

    /** Gives back what nobody here needs, where the pool can be reached, and ends. Calls must have ended before. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (reachable && !thread.isAlive()) {
            budgets.giveAllBack();
            for (int rounds = 0; budgets.isBehind(1) && rounds < MOST_AT_END && round(); rounds++) {
                LOG.debug("leases were given back");
            }
        }
        pool.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
