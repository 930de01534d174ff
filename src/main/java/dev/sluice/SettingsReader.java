package dev.sluice;

import dev.sluice.account.WrittenKey;
import dev.sluice.config.Nearest;
import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.dialect.ThinkingAbility;
import dev.sluice.dialect.ollama.OllamaLeniency;
import dev.sluice.http.HttpConfig;
import dev.sluice.limit.Backoff;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.pipeline.PipelineConfig;
import dev.sluice.pipeline.RateLimits;
import dev.sluice.provider.AfterCancel;
import dev.sluice.provider.Catalogue;
import dev.sluice.provider.Kind;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns the sections of a settings file into {@link Settings}. What is not written has its default; nothing is guessed. */
final class SettingsReader {
    private final Section root;
    private final Environment environment;

    private SettingsReader(Section root, Environment environment) {
        this.root = root;
        this.environment = environment;
    }

    /** @throws dev.sluice.config.SettingsException with file, line and path */
    static Settings read(String source, Section root, Environment environment) {
        Settings settings = new SettingsReader(root, environment).settings(source);
        root.close();
        return settings;
    }

    private Settings settings(String source) {
        Section providerSection = root.section("providers");
        List<ProviderConfig> providers = providers(providerSection);
        boolean booking = root.flag("booking", true);
        Allowances allowances = AllowancesReader.read(root);
        if (!booking && !allowances.limits().isEmpty()) {
            throw root.wrong("booking", "budgets and tiers need a ledger: leave 'booking' on, or take them out");
        }
        List<WrittenKey> keys = KeySettings.keys(root);
        keys.stream()
                .map(key -> key.key().owner().tier())
                .filter(tier -> !tier.isEmpty() && !allowances.tiers().containsKey(tier))
                .findFirst()
                .ifPresent(tier -> {
                    throw root.wrong(
                            "keys",
                            AllowancesReader.unknownTier(
                                    tier, allowances.tiers().keySet()));
                });
        return new Settings(
                source,
                listening(),
                root.text("data").map(Path::of).orElseGet(environment::dataFolder),
                keys,
                KeySettings.administration(root.section("admin"), environment),
                allowances,
                new Settings.Offer(mode(), providers, chains(providerSection.names()), root.map("model-map")),
                new Settings.Bounds(
                        rates(root.section("rate-limits")),
                        pipeline(root.section("requests")),
                        retry(root.section("retry")),
                        breaker(root.section("breaker")),
                        http(root.section("server")),
                        AnswerSettings.read(root.section("idempotency"))),
                sandbox(root.section("sandbox")),
                new OllamaLeniency(root.section("ollama-clients").flag("text-arguments", false)),
                root.text("prices").map(Path::of),
                booking,
                accessLog(),
                root.duration("drain", Settings.DRAIN),
                root.duration("credit-check", Settings.CREDIT_CHECK),
                Alerting.config(root.section("alerts")),
                BillingCommand.config(root.section("billing")),
                detail(root.section("retention")),
                JobSettingsReader.read(root.section("jobs")));
    }

    private BackendMode mode() {
        return root.value("backend-mode", BackendMode::of)
                .or(() -> environment.get("BACKEND_MODE").map(BackendMode::of))
                .orElse(BackendMode.OLLAMA);
    }

    private Settings.Listening listening() {
        Section listen = root.section("listen");
        int port = listen.integer("port", Settings.Listening.PORT);
        if (port < 0 || port > 65_535) {
            throw listen.wrong("port", "must be 0 to 65535");
        }
        return new Settings.Listening(
                listen.text("host").orElse(Settings.Listening.HOST),
                port,
                listen.texts("origins"),
                listen.integer("loops", 0));
    }

    private List<ProviderConfig> providers(Section section) {
        List<ProviderConfig> providers = new ArrayList<>();
        for (String name : section.names()) {
            if (!name.matches("[a-z0-9][a-z0-9._-]{0,39}")) {
                throw section.wrong(name, "a provider's name is lower-case letters, digits, dots and dashes");
            }
            provider(name, section.section(name)).ifPresent(providers::add);
        }
        return providers;
    }

    /** A cloud provider without a key is left out; chains that name it go on to the next one. */
    private Optional<ProviderConfig> provider(String name, Section section) {
        String kindName = section.text("kind").orElse(name);
        Kind kind = Catalogue.find(kindName).orElseThrow(() -> unknownKind(section, kindName));
        URI address = section.value("url", URI::create)
                .or(() -> Composition.address(kind, environment))
                .orElseThrow(() -> section.wrong("needs a 'url', such as http://127.0.0.1:8000/v1"));
        Optional<Secret> key = section.text("key")
                .or(() -> environment.get(kind.keyVariable()))
                .filter(text -> !text.isBlank())
                .map(Secret::new);
        boolean keyless = !kind.local() && key.isEmpty();
        try {
            ProviderConfig config = new ProviderConfig(
                    name,
                    kind,
                    address,
                    key,
                    section.flag("free", kind.local()),
                    section.integer("concurrency", ProviderConfig.CONCURRENCY),
                    section.integer("queue", ProviderConfig.QUEUE),
                    section.duration("first-content", ProviderConfig.FIRST_CONTENT),
                    section.duration("whole-answer", ProviderConfig.WHOLE_ANSWER),
                    section.duration("idle", ProviderConfig.IDLE),
                    windows(section),
                    thinking(section),
                    section.number("max-output").map(OptionalLong::of).orElse(OptionalLong.empty()),
                    section.integer("embed-batch", kind.embedBatch()),
                    section.value("after-cancel", AfterCancel::of).orElse(AfterCancel.UNKNOWN));
            return keyless ? Optional.empty() : Optional.of(config);
        } catch (IllegalArgumentException wrong) {
            throw section.wrong(String.valueOf(wrong.getMessage()));
        }
    }

    private static RuntimeException unknownKind(Section section, String kindName) {
        List<String> kinds = Catalogue.kinds().stream().map(Kind::name).toList();
        String nearest = Nearest.to(kindName, kinds);
        return section.wrong("'" + kindName + "' is not a known kind of provider"
                + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?")
                + " For any OpenAI-style server write 'kind: openai-compatible' and its 'url'");
    }

    private static Map<String, Long> windows(Section section) {
        Section context = section.section("context");
        Map<String, Long> windows = new LinkedHashMap<>();
        for (String model : context.names()) {
            context.number(model).ifPresent(tokens -> windows.put(model, tokens));
        }
        return windows;
    }

    private static Map<String, ThinkingAbility> thinking(Section section) {
        Section models = section.section("thinking");
        Map<String, ThinkingAbility> abilities = new LinkedHashMap<>();
        for (String model : models.names()) {
            models.value(model, ThinkingAbility::of).ifPresent(ability -> abilities.put(model, ability));
        }
        return abilities;
    }

    private Map<String, Chain> chains(List<String> providers) {
        Section section = root.section("models");
        Map<String, Chain> chains = new LinkedHashMap<>();
        for (String model : section.names()) {
            if (section.isSection(model)) {
                Section chain = section.section(model);
                Chain.Order order = chain.value("order", SettingsReader::order).orElse(Chain.Order.PRICE);
                chains.put(model, new Chain(hops(chain, "chain", providers), order));
            } else {
                chains.put(model, new Chain(hops(section, model, providers), Chain.Order.PRICE));
            }
        }
        return chains;
    }

    private static Chain.Order order(String word) {
        return switch (word) {
            case "price" -> Chain.Order.PRICE;
            case "written" -> Chain.Order.WRITTEN;
            default -> throw new IllegalArgumentException("must be 'price' or 'written', not '" + word + "'");
        };
    }

    private static List<Hop> hops(Section section, String name, List<String> providers) {
        List<Hop> hops = new ArrayList<>();
        for (String text : section.texts(name)) {
            int slash = text.indexOf('/');
            String provider = slash < 0 ? text : text.substring(0, slash);
            if (slash <= 0 || slash == text.length() - 1) {
                throw section.wrong(name, "'" + text + "' must look like provider/model");
            }
            if (!providers.contains(provider)) {
                String nearest = Nearest.to(provider, providers);
                throw section.wrong(
                        name,
                        "there is no provider '" + provider + "' under 'providers'"
                                + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?"));
            }
            hops.add(new Hop(provider, text.substring(slash + 1)));
        }
        if (hops.isEmpty()) {
            throw section.wrong(name, "needs at least one provider/model");
        }
        return hops;
    }

    private static RateLimits rates(Section section) {
        RateLimits fallback = RateLimits.DEFAULT;
        return new RateLimits(
                section.integer("per-endpoint", fallback.perEndpoint()),
                section.integer("per-client", fallback.perClient()),
                section.integer("embeddings", fallback.embeddings()));
    }

    private static PipelineConfig pipeline(Section section) {
        PipelineConfig fallback = PipelineConfig.DEFAULT;
        return new PipelineConfig(
                section.integer("attempts", fallback.attempts()),
                section.duration("deadline", fallback.deadline()),
                section.duration("patience", fallback.patience()),
                section.duration("place", fallback.place()),
                section.duration("headers-after", fallback.headersAfter()),
                section.duration("heartbeat", fallback.heartbeat()),
                section.duration("blank-lines-after", fallback.blankLinesAfter()));
    }

    private static Backoff retry(Section section) {
        Backoff fallback = Backoff.DEFAULT;
        return new Backoff(
                section.integer("retries", fallback.retries()),
                section.duration("first", fallback.first()),
                section.duration("longest", fallback.longest()));
    }

    private static BreakerConfig breaker(Section section) {
        BreakerConfig fallback = BreakerConfig.DEFAULT;
        return new BreakerConfig(
                section.integer("failures", fallback.failures()),
                section.integer("calls", fallback.calls()),
                section.duration("window", fallback.window()),
                section.duration("first-open", fallback.firstOpen()),
                section.duration("longest-open", fallback.longestOpen()));
    }

    private static HttpConfig http(Section section) {
        HttpConfig fallback = HttpConfig.DEFAULT;
        return new HttpConfig(
                section.size("body", fallback.bodyBytes()),
                section.size("bodies", fallback.bodiesBytes()),
                (int) section.size("headers", fallback.headerBytes()),
                section.integer("connections", fallback.connections()),
                section.duration("body-time", fallback.bodyTime()),
                section.duration("idle-connection", fallback.idleConnection()),
                section.duration("stalled-client", fallback.stalledClient()),
                section.integer("wrong-keys", fallback.wrongKeys()));
    }

    private static SandboxConfig sandbox(Section section) {
        SandboxConfig fallback = SandboxConfig.DEFAULT;
        return new SandboxConfig(
                section.duration("first-token", fallback.firstToken()),
                section.duration("per-token", fallback.perToken()),
                section.integer("fail-every", fallback.failEvery()),
                section.integer("fail-status", fallback.failStatus()));
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
