package dev.sluice.settings;

import dev.sluice.account.WrittenKey;
import dev.sluice.config.Section;
import dev.sluice.dialect.ollama.OllamaLeniency;
import dev.sluice.http.server.HttpConfig;
import dev.sluice.http.server.Transport;
import dev.sluice.limit.Backoff;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.pipeline.PipelineConfig;
import dev.sluice.pipeline.RateLimits;
import dev.sluice.provider.SandboxConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns the sections of a settings file into {@link Settings}. What is not written has its default; nothing is guessed. */
public final class SettingsReader {
    private static final Pattern ORIGIN = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://[^/]*");

    private final Section root;
    private final Environment environment;

    private SettingsReader(Section root, Environment environment) {
        this.root = root;
        this.environment = environment;
    }

    /** @throws dev.sluice.config.SettingsException with file, line and path */
    public static Settings read(String source, Section root, Environment environment) {
        Settings settings = new SettingsReader(root, environment).settings(source);
        root.close();
        return settings;
    }

    private Settings settings(String source) {
        Settings.Offer offer = OfferReader.read(root, environment);
        boolean booking = root.flag("booking", true);
        Optional<Path> prices = root.value("prices", SettingsReader::priceFile);
        SpendingSettings spending = SpendingReader.read(root, offer, prices);
        if (!booking && !spending.limits().isEmpty()) {
            throw root.wrong("booking", "budgets and tiers need a ledger: leave 'booking' on, or take them out");
        }
        List<WrittenKey> keys = KeySettings.keys(root, spending.tiers().keySet());
        return new Settings(
                source,
                listening(),
                root.text("data").map(Path::of).orElseGet(environment::dataFolder),
                keys,
                KeySettings.administration(root.section("admin"), environment),
                spending,
                offer,
                new Settings.Bounds(
                        rates(root.section("rate-limits")),
                        pipeline(root.section("requests")),
                        retry(root.section("retry")),
                        breaker(root.section("breaker")),
                        http(root.section("server")),
                        AnswerSettings.read(root.section("idempotency"))),
                sandbox(root.section("sandbox")),
                new OllamaLeniency(root.section("ollama-clients").flag("text-arguments", false)),
                prices,
                booking,
                accessLog(),
                root.duration("drain", Settings.DRAIN),
                creditCheck(),
                AlertSettings.read(root.section("alerts")),
                BillingSettings.read(root.section("billing")),
                detail(root.section("retention")),
                JobSettingsReader.read(root.section("jobs")),
                shared(booking));
    }

    private Optional<SharedSettings> shared(boolean booking) {
        Section section = root.section("shared");
        Optional<SharedSettings> shared = SharedSettings.read(section);
        if (shared.isPresent() && !booking) {
            throw section.wrong("redis", "shared budgets need a ledger: leave 'booking' on, or take them out");
        }
        return shared;
    }

    private Settings.Listening listening() {
        Section listen = root.section("listen");
        return new Settings.Listening(
                listen.value("host", Settings.Listening::address).orElse(Settings.Listening.HOST),
                listen.value("port", Settings.Listening::port).orElse(Settings.Listening.PORT),
                origins(listen),
                listen.value("loops", Settings.Listening::loops).orElse(0),
                listen.value("transport", Transport::of).orElse(Transport.AUTO));
    }

    /** Browsers send an origin with its scheme, so that one without would never be met. */
    private static List<String> origins(Section listen) {
        List<String> origins = listen.texts("origins");
        for (String origin : origins) {
            if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
                throw listen.wrong(
                        "origins",
                        "must be * or begin with a scheme, such as https://chat.example.com, not '" + origin + "'");
            }
        }
        return origins;
    }

    private Duration creditCheck() {
        Duration period = root.duration("credit-check", Settings.CREDIT_CHECK);
        if (!period.isPositive()) {
            throw root.wrong("credit-check", "must be more than nothing");
        }
        return period;
    }

    private static RateLimits rates(Section section) {
        RateLimits fallback = RateLimits.DEFAULT;
        return section.checked(() -> new RateLimits(
                section.integer("per-endpoint", fallback.perEndpoint()),
                section.integer("per-client", fallback.perClient()),
                section.integer("embeddings", fallback.embeddings())));
    }

    private static PipelineConfig pipeline(Section section) {
        PipelineConfig fallback = PipelineConfig.DEFAULT;
        return section.checked(() -> new PipelineConfig(
                section.integer("attempts", fallback.attempts()),
                section.duration("deadline", fallback.deadline()),
                section.duration("patience", fallback.patience()),
                section.duration("place", fallback.place()),
                section.duration("headers-after", fallback.headersAfter()),
                section.duration("heartbeat", fallback.heartbeat()),
                section.duration("blank-lines-after", fallback.blankLinesAfter())));
    }

    private static Backoff retry(Section section) {
        Backoff fallback = Backoff.DEFAULT;
        return section.checked(() -> new Backoff(
                section.integer("retries", fallback.retries()),
                section.duration("first", fallback.first()),
                section.duration("longest", fallback.longest())));
    }

    private static BreakerConfig breaker(Section section) {
        BreakerConfig fallback = BreakerConfig.DEFAULT;
        return section.checked(() -> new BreakerConfig(
                section.integer("failures", fallback.failures()),
                section.integer("calls", fallback.calls()),
                section.duration("window", fallback.window()),
                section.duration("first-open", fallback.firstOpen()),
                section.duration("longest-open", fallback.longestOpen())));
    }

    private static HttpConfig http(Section section) {
        HttpConfig fallback = HttpConfig.DEFAULT;
        return section.checked(() -> new HttpConfig(
                section.size("body", fallback.bodyBytes()),
                section.size("bodies", fallback.bodiesBytes()),
                (int) Math.min(section.size("headers", fallback.headerBytes()), Integer.MAX_VALUE),
                section.integer("connections", fallback.connections()),
                section.duration("body-time", fallback.bodyTime()),
                section.duration("idle-connection", fallback.idleConnection()),
                section.duration("stalled-client", fallback.stalledClient()),
                section.integer("wrong-keys", fallback.wrongKeys())));
    }

    private static SandboxConfig sandbox(Section section) {
        SandboxConfig fallback = SandboxConfig.DEFAULT;
        return section.checked(() -> new SandboxConfig(
                section.duration("first-token", fallback.firstToken()),
                section.duration("per-token", fallback.perToken()),
                section.integer("fail-every", fallback.failEvery()),
                section.integer("fail-status", fallback.failStatus())));
    }

    private static Optional<Duration> detail(Section section) {
        if (!section.has("detail")) {
            return Optional.empty();
        }
        Duration detail = section.duration("detail", Settings.LEAST_DETAIL);
        if (detail.compareTo(Settings.LEAST_DETAIL) < 0) {
            throw section.wrong("detail", "must be at least 7d, because reports and replays still need these rows");
        }
        return Optional.of(detail);
    }

    private static Path priceFile(String text) {
        Path file = Path.of(text);
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file.toAbsolutePath() + " is a folder, not a price file");
        }
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("there is no file " + file.toAbsolutePath());
        }
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(file.toAbsolutePath() + " may not be read: permission denied");
        }
        return file;
    }

    private Settings.AccessLog accessLog() {
        return root.value("access-log", word -> {
                    try {
                        return Settings.AccessLog.valueOf(word.toUpperCase(Locale.ROOT));
                    } catch (IllegalArgumentException _) {
                        throw new IllegalArgumentException("must be none, failures or all, not '" + word + "'");
                    }
                })
                .orElse(Settings.AccessLog.FAILURES);
    }
}
