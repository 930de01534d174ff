package dev.sluice;

import dev.sluice.ledger.Attempt;
import dev.sluice.model.Money;
import dev.sluice.pipeline.Doubts;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Inquiry;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what is in doubt now and then, on a virtual thread of its own. */
final class DoubtResolver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DoubtResolver.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Doubts doubts;
    private final Thread thread;

    DoubtResolver(Doubts doubts) {
        this.doubts = doubts;
        this.thread = Thread.ofVirtual().name("doubts").start(this::watch);
    }

    /** Asks the provider of each attempt, where it is one that tells. */
    static Doubts.Lookup lookup(Fleet fleet, Inquiry inquiry) {
        return attempt -> charged(attempt, fleet, inquiry);
    }

    private static Optional<Money> charged(Attempt attempt, Fleet fleet, Inquiry inquiry) {
        return fleet.find(attempt.intent().provider())
                .flatMap(provider ->
                        inquiry.charged(provider.config(), attempt.outcome().receipt()))
                .map(Money::ofDollars);
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
    }
}
