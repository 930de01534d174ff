package dev.sluice;

import dev.sluice.pipeline.Doubts;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what is in doubt now and then, on a virtual thread of its own. */
final class DoubtResolver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DoubtResolver.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Doubts doubts;
    private final BillLookup lookup;
    private final Thread thread;

    /** @param lookup closed with this */
    DoubtResolver(Doubts doubts, BillLookup lookup) {
        this.doubts = doubts;
        this.lookup = lookup;
        this.thread = Thread.ofVirtual().name("doubts").start(this::watch);
    }

    /** Looks now. */
    int look() {
        return doubts.look();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                lookOnce();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() {
        try {
            doubts.look();
        } catch (RuntimeException failed) {
            LOG.warn("what is in doubt cannot be resolved just now: {}", failed.toString());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        lookup.close();
    }
}
