package dev.sluice.metric;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * All meters of this process. Thread-safe. Names of the GenAI semantic conventions stand beside our own; model names
 * that would make too many series are counted together.
 */
public final class Meters {
    /** The media type of {@link #prometheus}. */
    public static final String PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final int MOST_SERIES = 500;
    private static final int LONGEST_NAME = 256;
    private static final String OTHERS = "(others)";

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Map<Key, Series> series = new ConcurrentHashMap<>();
    private final Map<String, CounterDataPoint> statuses = new ConcurrentHashMap<>();

    private final Histogram operationDuration =
            histogram("gen_ai_client_operation_duration_seconds", "Time of one attempt at a provider.");
    private final Histogram firstToken =
            histogram("gen_ai_server_time_to_first_token_seconds", "From a call's arrival to the first content.");
    private final Histogram requestDuration =
            histogram("gen_ai_server_request_duration_seconds", "From a call's arrival to the end of its answer.");
    private final Counter tokens = counter(
            "gen_ai_client_token_usage",
            "Tokens by kind: input, cached input and output.",
            "gen_ai_provider_name",
            "gen_ai_request_model",
            "gen_ai_token_type");
    private final Counter attempts =
            counter("sluice_attempts", "Attempts at providers by how they ended.", "provider", "model", "outcome");
    private final Counter cost = counter(
            "sluice_cost_nanodollars", "Settled cost in billionths of a US dollar, exact.", "provider", "model");
    private final Counter unpriced =
            counter("sluice_unpriced_attempts", "Attempts that cost an unknown amount.", "provider", "model");
    private final Counter throttled =
            counter("sluice_provider_rate_limited", "Answers with status 429.", "provider", "model");
    private final Counter requests =
            counter("sluice_requests", "Calls of clients by endpoint and status.", "endpoint", "status");

    private final Counter drifts =
            counter("sluice_price_drift", "Charges that are off the price table by over 2 %.", "provider", "model");
    private final Counter doubted = counter(
            "sluice_usage_doubted", "Answers whose reported tokens cannot be all of their text.", "provider", "model");
    private final Counter alerts = counter("sluice_alerts", "Alerts passed on, each once in its window.", "kind");

    private final Counter reloads =
            counter("sluice_settings_reloads", "Settings read again while running: taken or refused.", "result");

    private record Key(String provider, String model, String operation) {}

    /** The meters of one model at one provider for one operation. */
    public final class Series {
        private final String provider;
        private final String model;
        private final DistributionDataPoint duration;
        private final DistributionDataPoint ttft;
        private final DistributionDataPoint whole;
        private final CounterDataPoint input;
        private final CounterDataPoint cached;
        private final CounterDataPoint output;
        private final CounterDataPoint spent;
        private final CounterDataPoint ok;
        private final Tally tally = new Tally();

        private Series(Key key) {
            provider = key.provider();
            model = key.model();
            duration = operationDuration.labelValues(provider, model, key.operation());
            ttft = firstToken.labelValues(provider, model, key.operation());
            whole = requestDuration.labelValues(provider, model, key.operation());
            input = tokens.labelValues(provider, model, "input");
            cached = tokens.labelValues(provider, model, "input_cached");
            output = tokens.labelValues(provider, model, "output");
            spent = cost.labelValues(provider, model);
            ok = attempts.labelValues(provider, model, "ok");
        }

        /**
         * @param nanos the attempt's own time
         * @param firstContentNanos since the call's arrival; 0 where none came
         */
        public void attempt(String how, long nanos, long firstContentNanos) {
            if ("ok".equals(how)) {
                ok.inc();
            } else {
                attempts.labelValues(provider, model, how).inc();
                tally.failed();
            }
            duration.observe(nanos / 1e9);
            if (firstContentNanos > 0) {
                ttft.observe(firstContentNanos / 1e9);
                tally.firstContent(firstContentNanos);
            }
            tally.attempt(nanos);
        }

        /**
         * Counts them; none may be negative.
         *
         * @param fresh of the prompt, without those from the cache
         */
        public void tokens(long fresh, long fromCache, long generated) {
            input.inc(fresh);
            cached.inc(fromCache);
            output.inc(generated);
            tally.tokens(fresh + fromCache, fromCache, generated);
        }

        /** What an attempt has cost once it is settled; what is in doubt comes when it is resolved. */
        public void spent(long nanoDollars) {
            spent.inc(nanoDollars);
            tally.spent(nanoDollars);
        }

        /** An attempt was settled whose cost nobody knows; it is in no sum of money. */
        public void unpricedAttempt() {
            unpriced.labelValues(provider, model).inc();
            tally.unpriced();
        }

        /** The provider charged something else than the price table says. */
        public void drifted() {
            drifts.labelValues(provider, model).inc();
        }

        /** The provider reported fewer tokens than its answer can have. */
        public void doubted() {
            doubted.labelValues(provider, model).inc();
        }

        /** The provider answered 429, whatever came of the call. */
        public void rateLimited() {
            throttled.labelValues(provider, model).inc();
            tally.rateLimited();
        }

        /** A client's call is over that this model answered, or failed last. From the call's arrival, other attempts included. */
        public void request(long nanos) {
            whole.observe(nanos / 1e9);
            tally.request(nanos);
        }

        public String provider() {
            return provider;
        }

        public String model() {
            return model;
        }

        /** The same figures for {@code /stats}. */
        public Tally tally() {
            return tally;
        }
    }

    /** The meters for this model; past the bound, those of all others together. */
    public Series series(String provider, String model, String operation) {
        Key key = new Key(provider, model.length() > LONGEST_NAME ? OTHERS : model, operation);
        Series known = series.get(key);
        if (known != null) {
            return known;
        }
        Key bounded = series.size() < MOST_SERIES ? key : new Key(provider, OTHERS, operation);
        return series.computeIfAbsent(bounded, Series::new);
    }

    public Iterable<Series> all() {
        return series.values();
    }

    /**
     * Counts a client's call.
     *
     * @param endpoint a path that we serve, never one as somebody wrote it: each makes a series
     */
    public void request(String endpoint, int status) {
        String key = endpoint + ' ' + status;
        CounterDataPoint point = statuses.get(key);
        if (point == null) {
            point = statuses.computeIfAbsent(key, _ -> requests.labelValues(endpoint, Integer.toString(status)));
        }
        point.inc();
    }

    /** @param kind one of a few fixed words: each makes a series */
    public void alert(String kind) {
        alerts.labelValues(kind).inc();
    }

    /** Settings were read again and are {@code taken} or {@code refused}. */
    public void settingsReloaded(String result) {
        reloads.labelValues(result).inc();
    }

    /** A value that is read when somebody looks. */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    /** Values by provider that are read when somebody looks. */
    public void gaugeByProvider(String name, String help, Map<String, DoubleSupplier> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("provider")
                .callback(callback -> values.forEach((provider, value) -> callback.call(value.getAsDouble(), provider)))
                .register(registry);
    }

    /** Everything in the text format of Prometheus. */
    public byte[] prometheus() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private Histogram histogram(String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames("gen_ai_provider_name", "gen_ai_request_model", "gen_ai_operation_name")
                .classicOnly()
                .classicUpperBounds(
                        .001, .005, .01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
                .register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }
}
