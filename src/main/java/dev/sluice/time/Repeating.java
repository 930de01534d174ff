package dev.sluice.time;

import java.io.Closeable;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something done again and again on a virtual thread of its own, with the same pause before each time, until closed. A
 * time that fails is told in the log and does not end it. Thread-safe.
 */
public final class Repeating implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Repeating.class);

    private final String name;
    private final Duration pause;
    private final Runnable deed;
    private final Thread thread;

    private Repeating(Duration pause, String name, Runnable deed, Duration firstPause) {
        this.pause = pause;
        this.name = name;
        this.deed = deed;
        this.thread = Thread.ofVirtual().name(name).unstarted(() -> work(firstPause));
    }

    /**
     * Begins with a pause.
     *
     * @param name of the thread, and in the log
     * @param deed may block; should end soon when its thread is interrupted
     */
    public static Repeating every(Duration pause, String name, Runnable deed) {
        return started(new Repeating(pause, name, deed, pause));
    }

    /** As {@link #every}, but begins without a pause. */
    public static Repeating atOnce(Duration pause, String name, Runnable deed) {
        return started(new Repeating(pause, name, deed, Duration.ZERO));
    }

    private static Repeating started(Repeating repeating) {
        repeating.thread.start();
        return repeating;
    }

    private void work(Duration firstPause) {
        try {
            Thread.sleep(firstPause);
            while (true) {
                once();
                Thread.sleep(pause);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void once() {
        try {
            deed.run();
        } catch (RuntimeException failed) {
            LOG.warn("{} failed this time: {}", name, failed.toString());
        }
    }

    /** Ends it without waiting; a time under way is interrupted. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
