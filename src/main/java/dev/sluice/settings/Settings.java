package dev.sluice.settings;

import dev.sluice.account.WrittenKey;
import dev.sluice.alert.AlertConfig;
import dev.sluice.billing.BillingConfig;
import dev.sluice.config.Secret;
import dev.sluice.dialect.ollama.OllamaLeniency;
import dev.sluice.http.server.HttpConfig;
import dev.sluice.http.server.Transport;
import dev.sluice.job.JobSettings;
import dev.sluice.limit.Backoff;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.pipeline.PipelineConfig;
import dev.sluice.pipeline.RateLimits;
import dev.sluice.pipeline.repeat.IdempotencyConfig;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import dev.sluice.routing.ModelName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that can be set, resolved. sluice.example.yaml explains each key.
 *
 * @param source where it comes from: a file's name, or {@link #SURROUNDINGS}
 * @param prices the user's own price file
 * @param ollama what Ollama clients may send beside what Ollama takes
 * @param booking false only for comparisons: nothing is written down
 * @param drain how long running calls may take to end at shutdown
 * @param creditCheck how often an empty account is asked for its balance
 * @param detail for how long attempts keep their rows; empty for ever
 * @param jobs batches to be run by the clock or by hand
 * @param shared where several gateways share budgets and tiers; empty where this one is alone
 */
public record Settings(
        String source,
        Listening listening,
        Path data,
        List<WrittenKey> keys,
        Administration administration,
        SpendingSettings spending,
        Offer offer,
        Bounds bounds,
        SandboxConfig sandbox,
        OllamaLeniency ollama,
        Optional<Path> prices,
        boolean booking,
        AccessLog accessLog,
        Duration drain,
        Duration creditCheck,
        AlertConfig alerts,
        BillingConfig billing,
        Optional<Duration> detail,
        JobSettings jobs,
        Optional<SharedSettings> shared) {

    /**
     * Who can be asked for what.
     *
     * @param keyless those that are left out for want of a key
     * @param chains by the model's name as the user writes it
     * @param modelMap names that clients use, and what a vLLM server calls the same model
     */
    public record Offer(
            BackendMode mode,
            List<ProviderConfig> providers,
            List<Keyless> keyless,
            Map<String, Chain> chains,
            Map<String, String> modelMap) {

        /**
         * This one, with everything from {@code written} that may change while calls run. A chain that names a provider
         * which waits for a restart waits with it, and so does a mode whose server waits: who is served goes on being
         * served.
         */
        public Offer taking(Offer written) {
            Map<String, Chain> taken = new LinkedHashMap<>();
            written.chains.forEach((name, chain) -> {
                if (!waits(chain, written)) {
                    taken.put(name, chain);
                    return;
                }
                chains.forEach((old, before) -> {
                    if (ModelName.of(old).key().equals(ModelName.of(name).key())) {
                        taken.put(old, before);
                    }
                });
            });
            boolean modeWaits =
                    !ModelMaps.hasBackend(this, written.mode) && ModelMaps.hasBackend(written, written.mode);
            return new Offer(modeWaits ? mode : written.mode, providers, keyless, taken, written.modelMap);
        }

        private boolean waits(Chain chain, Offer written) {
            return chain.hops().stream().map(Hop::provider).anyMatch(name -> written.has(name) && !has(name));
        }

        private boolean has(String provider) {
            return providers.stream().anyMatch(found -> found.name().equals(provider));
        }
    }

    /** @param variable of the environment that its kind's key is looked for in */
    public record Keyless(String provider, String variable) {}

    /** How much, how often and how long. */
    public record Bounds(
            RateLimits rates,
            PipelineConfig pipeline,
            Backoff retry,
            BreakerConfig breaker,
            HttpConfig http,
            IdempotencyConfig idempotency) {}

    public Settings with(Offer other) {
        return with(listening, data, other);
    }

    public Settings with(Listening place, Path folder) {
        return with(place, folder, offer);
    }

    private Settings with(Listening place, Path folder, Offer other) {
        return new Settings(
                source,
                place,
                folder,
                keys,
                administration,
                spending,
                other,
                bounds,
                sandbox,
                ollama,
                prices,
                booking,
                accessLog,
                drain,
                creditCheck,
                alerts,
                billing,
                detail,
                jobs,
                shared);
    }

    /** These, with everything from {@code written} that may change while calls run. */
    public Settings taking(Settings written) {
        return new Settings(
                source,
                listening,
                data,
                written.keys,
                administration.with(written.administration.key()),
                written.spending.resolvingAfter(spending.inDoubt()),
                offer.taking(written.offer),
                bounds,
                sandbox,
                ollama,
                written.prices,
                booking,
                accessLog,
                drain,
                creditCheck,
                alerts,
                billing,
                detail,
                jobs,
                shared);
    }

    /** Where settings come from that nobody wrote. */
    public static final String SURROUNDINGS = "the environment";

    static final Duration DRAIN = Duration.ofSeconds(120);
    static final Duration LEAST_DETAIL = Duration.ofDays(7);
    static final Duration CREDIT_CHECK = Duration.ofMinutes(5);

    /** @param loops how many event loops; 0 for one for each processor */
    public record Listening(String host, int port, List<String> origins, int loops, Transport transport) {
        static final String HOST = "127.0.0.1";
        static final int PORT = 11435;
        private static final int LARGEST_PORT = 65_535;

        /** Each has a thread, buffers and files of its own; past one for each processor they only take turns. */
        private static final int MOST_LOOPS = 256;

        public Listening {
            host = address(host);
            origins = List.copyOf(origins);
            if (port < 0 || port > LARGEST_PORT) {
                throw new IllegalArgumentException("a port is 0 to " + LARGEST_PORT);
            }
            if (loops < 0 || loops > MOST_LOOPS) {
                throw new IllegalArgumentException("there are 0 to " + MOST_LOOPS + " event loops");
            }
        }

        /** Where to listen; a number of IPv6 may stand in brackets, as in a URL. */
        public static String address(String written) {
            String text = written.strip();
            String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
            if (bare.isBlank()) {
                throw new IllegalArgumentException("must be a name or a number such as localhost, 127.0.0.1 or ::1");
            }
            return bare;
        }

        /** @throws IllegalArgumentException where it is none; 0 takes any that is free */
        public static int port(String text) {
            if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > LARGEST_PORT) {
                throw new IllegalArgumentException("must be 0 to " + LARGEST_PORT + ", not '" + text + "'");
            }
            return Integer.parseInt(text);
        }

        /** @throws IllegalArgumentException where it is no number of event loops */
        public static int loops(String text) {
            if (!text.matches("\\d{1,4}") || Integer.parseInt(text) > MOST_LOOPS) {
                throw new IllegalArgumentException("must be 0, for one for each processor, to " + MOST_LOOPS
                        + "; each is a thread, and more than processors only take turns");
            }
            return Integer.parseInt(text);
        }

        /** How many event loops that is. */
        public int lanes() {
            return loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
        }
    }

    /**
     * Where and for whom the gateway can be looked at and changed.
     *
     * @param port of a listener of its own; empty where it shares that of the clients
     * @param key good for administration and for nothing else
     * @param pepper of the key store, where it is not the one in the data folder
     */
    public record Administration(String host, Optional<Integer> port, Optional<Secret> key, Optional<Secret> pepper) {
        Administration with(Optional<Secret> other) {
            return new Administration(host, port, other, pepper);
        }
    }

    /** Which calls the access log tells of. */
    public enum AccessLog {
        NONE,
        FAILURES,
        ALL
    }
}
