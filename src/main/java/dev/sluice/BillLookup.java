package dev.sluice;

import dev.sluice.ledger.Attempt;
import dev.sluice.model.Money;
import dev.sluice.pipeline.money.Doubts;
import dev.sluice.provider.BillInquiry;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Kind;
import dev.sluice.provider.Provider;
import java.io.Closeable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks OpenRouter what it charged for an attempt that is in doubt, by the name that it gave the answer. DeepSeek is not
 * asked: its balance is told in cents, which no single attempt can be read from. Blocks; thread-safe.
 */
final class BillLookup implements Doubts.Lookup, Closeable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Fleet fleet;
    private final Map<String, BillInquiry> inquiries = new HashMap<>();
    private boolean closed;

    BillLookup(Fleet fleet) {
        this.fleet = fleet;
    }

    @Override
    public boolean canAsk(Attempt attempt) {
        return !attempt.outcome().receipt().isEmpty() && provider(attempt).isPresent();
    }

    private Optional<Provider> provider(Attempt attempt) {
        return fleet.find(attempt.intent().provider())
                .filter(provider -> provider.config().kind().account() == Kind.AccountApi.OPENROUTER);
    }

    @Override
    public Optional<Money> charged(Attempt attempt) {
        Optional<BillInquiry> inquiry = provider(attempt).flatMap(this::inquiry);
        try {
            return inquiry.isEmpty()
                    ? Optional.empty()
                    : switch (inquiry.get().generation(attempt.outcome().receipt())) {
                        case BillInquiry.Charged.Amount(Money money) -> Optional.of(money);
                        case BillInquiry.Charged.Unknown _, BillInquiry.Charged.NoAnswer _ -> Optional.empty();
                    };
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** One for each provider, kept, for it owns an HTTP client; none once this is closed. */
    private synchronized Optional<BillInquiry> inquiry(Provider provider) {
        return closed
                ? Optional.empty()
                : Optional.of(
                        inquiries.computeIfAbsent(provider.name(), _ -> new BillInquiry(provider.config(), PATIENCE)));
    }

    @Override
    public synchronized void close() {
        closed = true;
        inquiries.values().forEach(BillInquiry::close);
        inquiries.clear();
    }
}
