package dev.sluice.provider;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings providers back whose account was empty, by asking for their balance. A provider that cannot be
 * asked gets one call to try again instead.
 */
public final class CreditWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CreditWatch.class);

    private final Fleet fleet;
    private final Inquiry inquiry;

    public CreditWatch(Fleet fleet, Inquiry inquiry) {
        this.fleet = fleet;
        this.inquiry = inquiry;
    }

    /** Looks once at every provider that was left for want of money. Blocks. */
    public void look() {
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
}
