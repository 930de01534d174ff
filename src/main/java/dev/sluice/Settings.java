package dev.sluice;

import dev.sluice.account.ClientKey;
import dev.sluice.http.HttpConfig;
import dev.sluice.job.JobSettings;
import dev.sluice.limit.Backoff;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.pipeline.PipelineConfig;
import dev.sluice.pipeline.RateLimits;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Chain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that can be set, resolved. sluice.example.yaml explains each key.
 *
 * @param source where it comes from: a file's name, or the environment
 * @param prices the user's own price file
 * @param booking false only for comparisons: nothing is written down
 * @param drain how long running calls may take to end at shutdown
 * @param creditCheck how often an empty account is asked for its balance
 * @param jobs batches to be run by the clock or by hand
 */
record Settings(
        String source,
        Listening listening,
        Path data,
        List<ClientKey> keys,
        Offer offer,
        Bounds bounds,
        SandboxConfig sandbox,
        Optional<Path> prices,
        boolean booking,
        AccessLog accessLog,
        Duration drain,
        Duration creditCheck,
        JobSettings jobs) {

    /**
     * Who can be asked for what.
     *
     * @param chains by the model's name as the user writes it
     * @param modelMap names that clients use, and what a vLLM server calls the same model
     */
    record Offer(
            BackendMode mode,
            List<ProviderConfig> providers,
            Map<String, Chain> chains,
            Map<String, String> modelMap) {}

    /** How much, how often and how long. */
    record Bounds(RateLimits rates, PipelineConfig pipeline, Backoff retry, BreakerConfig breaker, HttpConfig http) {}

    Settings with(Offer other) {
        return new Settings(
                source,
                listening,
                data,
                keys,
                other,
                bounds,
                sandbox,
                prices,
                booking,
                accessLog,
                drain,
                creditCheck,
                jobs);
    }

    Settings with(Listening place, Path folder) {
        return new Settings(
                source,
                place,
                folder,
                keys,
                offer,
                bounds,
                sandbox,
                prices,
                booking,
                accessLog,
                drain,
                creditCheck,
                jobs);
    }

    static final Duration DRAIN = Duration.ofSeconds(120);
    static final Duration CREDIT_CHECK = Duration.ofMinutes(5);

    /** @param loops how many event loops; 0 for one for each processor */
    record Listening(String host, int port, List<String> origins, int loops) {
        static final String HOST = "127.0.0.1";
        static final int PORT = 11435;
    }

    /** Which calls the access log tells of. */
    enum AccessLog {
        NONE,
        FAILURES,
        ALL
    }
}
