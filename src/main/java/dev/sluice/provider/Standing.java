package dev.sluice.provider;

import dev.sluice.limit.Breaker;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.time.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How one provider is doing: whether it may be asked, and if not, why and for how long. Thread-safe.
 *
 * <p>What is remembered has the scope of its cause: a refused key or an empty account concerns the whole provider, a
 * missing model or an open breaker only that model.
 */
public final class Standing {
    /** The ability to give several answers to one call that names no temperature. */
    public static final String SEVERAL = "several";

    /** Models beyond this number share one entry, so that made-up names cannot fill the memory. */
    private static final int MOST_MODELS = 1_000;

    private static final String OTHERS = "(others)";

    /** A server may come back with another model behind the name, or with other switches. */
    private static final Duration LACK = Duration.ofHours(1);

    private final BreakerConfig breakerConfig;
    private final Ticker ticker;
    private final ConcurrentHashMap<String, ModelStanding> models = new ConcurrentHashMap<>();
    private volatile Absence absence = Absence.NONE;
    private volatile Optional<RateLimited> lastRateLimited = Optional.empty();

    public Standing(BreakerConfig breakerConfig, Ticker ticker) {
        this.breakerConfig = breakerConfig;
        this.ticker = ticker;
    }

    /**
     * A 429.
     *
     * @param retryAfter the provider's own wish, where it had one
     * @param running how many attempts were running there, the refused one included
     */
    public record RateLimited(Optional<Duration> retryAfter, int running) {}

    /** Why a whole provider is left out. */
    public enum Reason {
        NONE,
        COOLING_DOWN,
        QUOTA_SPENT,
        CREDIT_EXHAUSTED,
        KEY_REFUSED;

        /** As reports and {@code /health} say it: {@code ok}, or such as {@code key_refused}. */
        public String word() {
            return this == NONE ? "ok" : name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param untilNanos on the ticker; {@link Long#MAX_VALUE} where only a probe or a new setting ends it
     */
    private record Absence(Reason reason, long untilNanos) {
        static final Absence NONE = new Absence(Reason.NONE, 0);
    }

    private static final class ModelStanding {
        private final Breaker breaker;
        private final Map<String, Long> lacksUntilNanos = new ConcurrentHashMap<>();
        private volatile long goneUntilNanos;
        private volatile boolean gone;

        private ModelStanding(Breaker breaker) {
            this.breaker = breaker;
        }
    }

    private ModelStanding model(String model) {
        ModelStanding known = models.get(model);
        if (known != null) {
            return known;
        }
        String key = models.size() < MOST_MODELS ? model : OTHERS;
        return models.computeIfAbsent(key, _ -> new ModelStanding(new Breaker(breakerConfig, ticker)));
    }

    /** Why this provider cannot be asked for this model now; empty where it can. */
    public Optional<String> obstacle(String model) {
        Absence now = current();
        if (now.reason() != Reason.NONE) {
            return Optional.of(now.reason().word());
        }
        return model(model).breaker.admits() ? Optional.empty() : Optional.of("breaker_open");
    }

    /** Whether the server has lately said that it does not have this model. */
    public boolean isMissing(String model) {
        ModelStanding standing = model(model);
        return standing.gone && ticker.nanos() - standing.goneUntilNanos < 0;
    }

    /** Whether the model has shown here within the last hour that it cannot do this. */
    public boolean lacks(String model, String ability) {
        Long until = model(model).lacksUntilNanos.get(ability);
        return until != null && ticker.nanos() - until < 0;
    }

    /**
     * Asks the breaker of this model, and nothing else: see {@link #obstacle} first. Each permit must be ended.
     *
     * @return empty where it is open, or its one probe is under way
     */
    public Optional<Breaker.Permit> enter(String model) {
        return model(model).breaker.enter();
    }

    /** {@code closed}, {@code open} or {@code half_open}. */
    public String breaker(String model) {
        return model(model).breaker.name();
    }

    /** The worst breaker of all models: {@code open} before {@code half_open} before {@code closed}. */
    public String worstBreaker() {
        Set<String> names = new HashSet<>();
        models.values().forEach(standing -> names.add(standing.breaker.name()));
        if (names.contains("open")) {
            return "open";
        }
        return names.contains("half_open") ? "half_open" : "closed";
    }

    /** Until some obstacle may be gone by itself; empty where it needs a probe or a person. */
    public Optional<Duration> untilHope(String model) {
        Absence now = current();
        if (now.reason() != Reason.NONE) {
            return now.untilNanos() == Long.MAX_VALUE
                    ? Optional.empty()
                    : Optional.of(Duration.ofNanos(now.untilNanos() - ticker.nanos()));
        }
        return Optional.of(Duration.ofNanos(model(model).breaker.nanosUntilProbe()));
    }

    /** Why the provider is left out now; a time that is over counts no more. */
    public Reason reason() {
        return current().reason();
    }

    private Absence current() {
        Absence seen = absence;
        return seen.reason() != Reason.NONE
                        && seen.untilNanos() != Long.MAX_VALUE
                        && ticker.nanos() - seen.untilNanos() >= 0
                ? Absence.NONE
                : seen;
    }

    /** Leaves the provider out for a while. A longer absence that already holds is kept. */
    public void leaveFor(Reason reason, Duration time) {
        long until = ticker.nanos() + time.toNanos();
        synchronized (this) {
            Absence now = current();
            if (now.reason() == Reason.NONE || (now.untilNanos() != Long.MAX_VALUE && until - now.untilNanos() > 0)) {
                absence = new Absence(reason, until);
            }
        }
    }

    /** Leaves the provider out until {@link #comeBack}. A refused key outweighs all else: no balance brings it back. */
    public synchronized void leave(Reason reason) {
        if (absence.reason() != Reason.KEY_REFUSED) {
            absence = new Absence(reason, Long.MAX_VALUE);
        }
    }

    /** The cause is gone: a probe said so, or the settings changed. */
    public synchronized void comeBack() {
        absence = Absence.NONE;
    }

    /** Only for reports; {@link #leaveFor} keeps calls away. See {@link RateLimited}. */
    public void rateLimited(Optional<Duration> retryAfter, int running) {
        lastRateLimited = Optional.of(new RateLimited(retryAfter, running));
    }

    /** The last 429 since the start. */
    public Optional<RateLimited> lastRateLimited() {
        return lastRateLimited;
    }

    /** The server does not have this model; a later call may move the end to earlier, too. */
    public void leaveModelFor(String model, Duration time) {
        ModelStanding standing = model(model);
        standing.goneUntilNanos = ticker.nanos() + time.toNanos();
        standing.gone = true;
    }

    /**
     * For an hour from now; see {@link #lacks}.
     *
     * @param ability one of a few fixed words, for they are kept by name
     */
    public void rememberLack(String model, String ability) {
        model(model).lacksUntilNanos.put(ability, ticker.nanos() + LACK.toNanos());
    }
}
