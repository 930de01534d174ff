package dev.sluice.provider;

import dev.sluice.config.Secret;
import dev.sluice.dialect.ThinkingAbility;
import dev.sluice.model.Dialect;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One provider as set up here.
 *
 * @param name how settings, headers and reports call it
 * @param address http or https; a key is only ever sent to this host
 * @param free whether its calls cost nothing
 * @param concurrency the most calls running at once
 * @param queue the most calls waiting for one of those places
 * @param firstContent how long the first content may take once the request is sent
 * @param wholeAnswer how long an answer that is not streamed may take; nothing of it shows before it is whole
 * @param idle how long a stream that has begun may be silent
 * @param contextLimits windows in tokens by model name, where known
 * @param thinking what single models can be told about thinking, where that is known
 * @param outputCap the most output tokens any call may ask for, enforced
 * @param afterCancel what happens to the money of an answer that nobody waits for any more
 * @param embedBatch the most texts of one embedding call, beyond which it is split; 0 for no bound
 */
public record ProviderConfig(
        String name,
        Kind kind,
        URI address,
        Optional<Secret> key,
        boolean free,
        int concurrency,
        int queue,
        Duration firstContent,
        Duration wholeAnswer,
        Duration idle,
        Map<String, Long> contextLimits,
        Map<String, ThinkingAbility> thinking,
        OptionalLong outputCap,
        int embedBatch,
        AfterCancel afterCancel) {

    public static final int CONCURRENCY = 10;
    public static final int QUEUE = 100;
    public static final Duration FIRST_CONTENT = Duration.ofSeconds(60);
    public static final Duration WHOLE_ANSWER = Duration.ofMinutes(5);
    public static final Duration IDLE = Duration.ofSeconds(120);

    private static final Pattern VISIBLE = Pattern.compile("[!-~]*");

    public ProviderConfig {
        contextLimits = Map.copyOf(contextLimits);
        thinking = Map.copyOf(thinking);
        if (embedBatch < 0) {
            throw new IllegalArgumentException(
                    "provider " + name + ": embed-batch must not be negative; 0 means no bound");
        }
        if (concurrency < 1 || queue < 0) {
            throw new IllegalArgumentException(
                    "provider " + name + ": concurrency must be at least 1, and queue not negative");
        }
        if (!firstContent.isPositive() || !wholeAnswer.isPositive() || !idle.isPositive()) {
            throw new IllegalArgumentException(
                    "provider " + name + ": first-content, whole-answer and idle must be more than nothing");
        }
        if (outputCap.orElse(1) < 1 || contextLimits.values().stream().anyMatch(tokens -> tokens < 1)) {
            throw new IllegalArgumentException("provider " + name + ": context and max-output are at least 1 token");
        }
        boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        boolean noPort = address.getPort() == 0 || address.getPort() > 65_535;
        if (!web || address.getHost() == null || noPort) {
            throw new IllegalArgumentException(
                    "provider " + name + ": the address must look like https://host/path, not " + address);
        }
        if (address.getUserInfo() != null || address.getQuery() != null || address.getFragment() != null) {
            throw new IllegalArgumentException(
                    "provider " + name + ": the address must have no user, query or fragment; put the key under 'key'");
        }
        key = key.map(secret -> new Secret(secret.reveal().strip())); // Files and pipes put a line break behind it.
        // It goes into a header, and would end it or come out as another.
        if (key.filter(secret -> !VISIBLE.matcher(secret.reveal()).matches()).isPresent()) {
            throw new IllegalArgumentException("provider " + name + ": the key has a blank, a line break or a letter"
                    + " outside ASCII in it, as no key has; copy it anew");
        }
    }

    /** Under which names price lists may have it, the first that knows a model holds: its kind's, then its own. */
    public List<String> sellers() {
        return kind.name().equals(name) ? List.of(name) : List.of(kind.name(), name);
    }

    /**
     * Whether it is a server of one's own, which a tier of local routes may ask. A kind that may stand anywhere is one
     * only where it costs nothing.
     */
    public boolean isOwn() {
        return kind.local() && (free || !kind.isAnywhere());
    }

    /** Whether it is an Ollama server of one's own. */
    public boolean isOllama() {
        return kind.local() && kind.dialect() == Dialect.OLLAMA;
    }

    /** Until something must show: an answer that is not streamed shows nothing before it is whole. */
    public Duration longestWait(boolean stream) {
        return stream ? firstContent : wholeAnswer;
    }

    /** A provider with all defaults. */
    public static ProviderConfig of(String name, Kind kind, URI address, Optional<Secret> key) {
        return new ProviderConfig(
                name,
                kind,
                address,
                key,
                kind.local(),
                CONCURRENCY,
                QUEUE,
                FIRST_CONTENT,
                WHOLE_ANSWER,
                IDLE,
                Map.of(),
                Map.of(),
                OptionalLong.empty(),
                kind.embedBatch(),
                kind.afterCancel());
    }
}
