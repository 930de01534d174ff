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

    private Repeating(Duration pause, String name, Runnable deed) {
        this.pause = pause;
        this.name = name;
        this.deed = deed;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::work);
    }

    /**
     * Begins with a pause.
     *
     * @param name of the thread, and in the log
     * @param deed may block; should end soon when its thread is interrupted
     */
    public static Repeating every(Duration pause, String name, Runnable deed) {
        Repeating repeating = new Repeating(pause, name, deed);
        repeating.thread.start();
        return repeating;
    }

    private void work() {
        try {
            while (true) {
                Thread.sleep(pause);
                once();
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
