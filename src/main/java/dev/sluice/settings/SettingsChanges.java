package dev.sluice.settings;

import dev.sluice.ledger.budget.Limit;
import dev.sluice.provider.ProviderConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which settings differ, by their paths, and which of them a running gateway can take. Pure. */
public final class SettingsChanges {
    private static final Map<String, Function<Settings, Object>> WHILE_RUNNING = Map.of(
            "keys", Settings::keys,
            "admin.key", settings -> settings.administration().key(),
            "budgets", settings -> limits(settings, false),
            "tiers", settings -> List.of(settings.spending().tiers(), limits(settings, true)),
            "spending", settings -> settings.spending().rules(),
            "backend-mode", settings -> settings.offer().mode(),
            "models", settings -> settings.offer().chains(),
            "model-map", settings -> settings.offer().modelMap(),
            "prices", Settings::prices);

    private static final Map<String, Function<Settings, Object>> AT_A_START = Map.ofEntries(
            Map.entry("listen.host", settings -> settings.listening().host()),
            Map.entry("listen.port", settings -> settings.listening().port()),
            Map.entry("listen.origins", settings -> settings.listening().origins()),
            Map.entry("listen.loops", settings -> settings.listening().loops()),
            Map.entry("listen.transport", settings -> settings.listening().transport()),
            Map.entry("data", Settings::data),
            Map.entry("admin.host", settings -> settings.administration().host()),
            Map.entry("admin.port", settings -> settings.administration().port()),
            Map.entry("spending.in-doubt", settings -> settings.spending().inDoubt()),
            Map.entry("rate-limits", settings -> settings.bounds().rates()),
            Map.entry("requests", settings -> settings.bounds().pipeline()),
            Map.entry("retry", settings -> settings.bounds().retry()),
            Map.entry("breaker", settings -> settings.bounds().breaker()),
            Map.entry("server", settings -> settings.bounds().http()),
            Map.entry("sandbox", Settings::sandbox),
            Map.entry("ollama-clients", Settings::ollama),
            Map.entry("booking", Settings::booking),
            Map.entry("access-log", Settings::accessLog),
            Map.entry("drain", Settings::drain),
            Map.entry("credit-check", Settings::creditCheck),
            Map.entry("alerts", Settings::alerts),
            Map.entry("billing", Settings::billing),
            Map.entry("retention.detail", Settings::detail),
            Map.entry("idempotency", settings -> settings.bounds().idempotency()),
            Map.entry("jobs", Settings::jobs),
            Map.entry("shared", Settings::shared));

    /** Told one by one. */
    private static final String PROVIDERS = "providers";

    private SettingsChanges() {}

    /** For people: which settings hold at once and which do not, a sentence each. */
    public static List<String> explained() {
        return List.of(
                "Hold at once: " + names(WHILE_RUNNING.keySet().stream()),
                "Wait for a restart: " + names(Stream.concat(AT_A_START.keySet().stream(), Stream.of(PROVIDERS))));
    }

    private static String names(Stream<String> paths) {
        return paths.sorted().collect(Collectors.joining(", ", "", "."));
    }

    /** What is other than before and can hold at once. */
    public static List<String> whileRunning(Settings before, Settings now) {
        return differing(WHILE_RUNNING, before, now);
    }

    /** What is written otherwise than it holds, and waits for the next start. */
    public static List<String> waiting(Settings running, Settings written) {
        List<String> paths = new ArrayList<>(differing(AT_A_START, running, written));
        Map<String, ProviderConfig> old = providers(running);
        Map<String, ProviderConfig> fresh = providers(written);
        Set<String> names = new LinkedHashSet<>(old.keySet());
        names.addAll(fresh.keySet());
        names.stream()
                .filter(name -> !Objects.equals(old.get(name), fresh.get(name)))
                .forEach(name -> paths.add(PROVIDERS + "." + name));
        paths.addAll(waitingWithProviders(written.offer(), running.offer().taking(written.offer())));
        return paths.stream().sorted().toList();
    }

    /** @param taken of what is written */
    private static List<String> waitingWithProviders(Settings.Offer written, Settings.Offer taken) {
        List<String> paths = new ArrayList<>();
        written.chains().forEach((name, chain) -> {
            if (!chain.equals(taken.chains().get(name))) {
                paths.add("models." + name);
            }
        });
        if (written.mode() != taken.mode()) {
            paths.add("backend-mode");
        }
        return paths;
    }

    private static List<Limit> limits(Settings settings, boolean ofTiers) {
        return settings.spending().limits().stream()
                .filter(limit -> limit.tier().isEmpty() != ofTiers)
                .toList();
    }

    private static List<String> differing(Map<String, Function<Settings, Object>> parts, Settings one, Settings other) {
        return parts.entrySet().stream()
                .filter(part ->
                        !part.getValue().apply(one).equals(part.getValue().apply(other)))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static Map<String, ProviderConfig> providers(Settings settings) {
        return settings.offer().providers().stream()
                .collect(Collectors.toMap(ProviderConfig::name, Function.identity()));
    }
}
