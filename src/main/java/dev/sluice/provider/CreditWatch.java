package dev.sluice.provider;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings providers back whose account was empty, by asking for their balance now and then. A provider that cannot be
 * asked gets one call to try again instead.
 */
public final class CreditWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CreditWatch.class);

    private final Fleet fleet;
    private final Inquiry inquiry;
    private final Duration period;
    private final Thread thread;

    public CreditWatch(Fleet fleet, Inquiry inquiry, Duration period) {
        this.fleet = fleet;
        this.inquiry = inquiry;
        this.period = period;
        this.thread = Thread.ofVirtual().name("credit-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(period);
                look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once at every provider that was left for want of money. */
    void look() {
        for (Provider provider : fleet.all()) {
            if (provider.standing().reason() == Standing.Reason.CREDIT_EXHAUSTED) {
                Optional<Boolean> credit = inquiry.hasCredit(provider.config());
                if (credit.orElse(provider.config().kind().account() == Kind.AccountApi.NONE)) {
                    LOG.info("{} has credit again and is back in the chain", provider.name());
                    provider.standing().comeBack();
                }
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
