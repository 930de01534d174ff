package dev.sluice.testing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the scripted provider charges, reckoned without any code of the gateway's: decimals, per attempt, rounded up to
 * a nano-dollar once. Thread-safe.
 */
public final class Bill {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private final Map<String, Rates> rates = new ConcurrentHashMap<>();
    private final Map<String, Long> charged = new ConcurrentHashMap<>();

    /** Dollars per million tokens. */
    public record Rates(BigDecimal input, BigDecimal cached, BigDecimal output) {}

    /** Counts as sent in the answer; the cached ones are a part of the input. */
    public record Tokens(long input, long cached, long output) {}

    public Bill price(String providerAndModel, String input, String cached, String output) {
        rates.put(providerAndModel, new Rates(new BigDecimal(input), new BigDecimal(cached), new BigDecimal(output)));
        return this;
    }

    /** Charges for counts that were told in the answer; nothing where the model has no price here. */
    public void charge(UpstreamRequest request, Tokens tokens) {
        Rates price = rates.get(request.provider() + "/" + request.model());
        if (price != null) {
            BigDecimal dollars = price.input
                    .multiply(BigDecimal.valueOf(tokens.input - tokens.cached))
                    .add(price.cached.multiply(BigDecimal.valueOf(tokens.cached)))
                    .add(price.output.multiply(BigDecimal.valueOf(tokens.output)))
                    .divide(MILLION);
            charge(request.attemptId(), dollars);
        }
    }

    public void charge(String attemptId, BigDecimal dollars) {
        long nanos = dollars.setScale(9, RoundingMode.CEILING).unscaledValue().longValueExact();
        if (charged.put(attemptId, nanos) != null) {
            throw new IllegalStateException("charged twice: " + attemptId);
        }
    }

    /** Nano-dollars by attempt. */
    public Map<String, Long> charged() {
        return Map.copyOf(charged);
    }

    public long sum() {
        return charged.values().stream().mapToLong(Long::longValue).sum();
    }
}
