package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Section;
import dev.sluice.config.SettingsFile;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsChanges;
import dev.sluice.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each setting either holds at once or is named as one that waits for a restart; none is silently ignored. */
class SettingsChangesTest {
    private static final Environment NOTHING = new Environment(Map.of());

    /** A line that changes a setting, by the path that is told. */
    private static final Map<String, String> AT_ONCE = Map.of(
            "keys", "keys: [{name: a, key: b}]",
            "admin.key", "admin: {key: c}",
            "budgets", "budgets: [{scope: gateway, amount: 1, period: day}]",
            "tiers", "tiers: {free: {calls-per-day: 5}}",
            "spending", "spending: {wait: 9s}",
            "backend-mode", "backend-mode: vllm",
            "models", "models: {m: sandbox/m}",
            "model-map", "model-map: {a: b}",
            "prices", "prices: examples/symbols.csv");

    private static final Map<String, String> AT_A_START = Map.ofEntries(
            Map.entry("listen.host", "listen: {host: \"::1\"}"),
            Map.entry("listen.port", "listen: {port: 5}"),
            Map.entry("listen.origins", "listen: {origins: [\"*\"]}"),
            Map.entry("listen.loops", "listen: {loops: 7}"),
            Map.entry("listen.transport", "listen: {transport: nio}"),
            Map.entry("data", "data: elsewhere"),
            Map.entry("admin.port", "admin: {port: 5}"),
            Map.entry("providers.vllm", "providers: {sandbox: {}, vllm: {url: \"http://127.0.0.1:1\"}}"),
            Map.entry("providers.sandbox", "providers: {sandbox: {concurrency: 3}}"),
            Map.entry("spending.in-doubt", "spending: {in-doubt: 1h}"),
            Map.entry("rate-limits", "rate-limits: {per-client: 1}"),
            Map.entry("requests", "requests: {attempts: 1}"),
            Map.entry("retry", "retry: {retries: 1}"),
            Map.entry("breaker", "breaker: {failures: 1}"),
            Map.entry("server", "server: {body: 1MiB}"),
            Map.entry("sandbox", "sandbox: {fail-every: 2}"),
            Map.entry("booking", "booking: false"),
            Map.entry("access-log", "access-log: all"),
            Map.entry("drain", "drain: 1s"),
            Map.entry("credit-check", "credit-check: 1s"),
            Map.entry("alerts", "alerts: {in-doubt: 9}"),
            Map.entry("billing", "billing: {stripe: {unit: calls}}"),
            Map.entry("retention.detail", "retention: {detail: 30d}"),
            Map.entry("idempotency", "idempotency: {keep: memory}"),
            Map.entry("ollama-clients", "ollama-clients: {text-arguments: true}"),
            Map.entry("jobs", "jobs: {files: [examples/scout.yaml]}"),
            Map.entry("shared", "shared: {redis: \"redis://127.0.0.1\"}"));

    private final Settings before = read("");

    private static Section parsed(String line) {
        String rest = line.startsWith("providers") ? "" : "providers: {sandbox: {}}\n";
        return SettingsFile.parse("test", rest + line + "\n", _ -> Optional.empty());
    }

    private static Settings read(String line) {
        return SettingsReader.read("test", parsed(line), NOTHING);
    }

    @Test
    void whatCanChangeIsTakenAndNeedsNoRestart() {
        AT_ONCE.forEach((path, line) -> {
            Settings written = read(line);
            Settings next = before.taking(written);
            assertThat(SettingsChanges.whileRunning(before, next)).as(line).containsExactly(path);
            assertThat(SettingsChanges.waiting(before, written)).as(line).isEmpty();
            assertThat(next).as(line).isEqualTo(written);
        });
    }

    @Test
    void whatCannotIsNamedAndLeftAsItIs() {
        AT_A_START.forEach((path, line) -> {
            Settings written = read(line);
            assertThat(SettingsChanges.waiting(before, written)).as(line).containsExactly(path);
            assertThat(before.taking(written)).as(line).isEqualTo(before);
        });
    }

    @Test
    void whatNeedsAProviderThatWaitsWaitsWithIt() {
        Settings running = read("providers: {sandbox: {}}\nmodels: {m: sandbox/old, kept: sandbox/k}");
        Settings written = read("""
                providers: {sandbox: {}, vllm: {url: "http://127.0.0.1:1"}}
                backend-mode: vllm
                models: {M: [vllm/x, sandbox/y], fresh: vllm/z, kept: sandbox/other}
                """);

        Settings next = running.taking(written);

        assertThat(next.offer().chains())
                .containsOnlyKeys("m", "kept")
                .containsEntry("m", running.offer().chains().get("m"))
                .containsEntry("kept", written.offer().chains().get("kept"));
        assertThat(next.offer().mode()).isEqualTo(running.offer().mode());
        assertThat(SettingsChanges.waiting(running, written))
                .containsExactly("backend-mode", "models.M", "models.fresh", "providers.vllm");
        assertThat(SettingsChanges.whileRunning(running, next)).containsExactly("models");
    }

    @Test
    void noSettingIsForgotten() {
        Section root = parsed("");
        SettingsReader.read("test", root, NOTHING);
        Set<String> tested = Stream.concat(AT_ONCE.keySet().stream(), AT_A_START.keySet().stream())
                .map(SettingsChangesTest::top)
                .collect(Collectors.toSet());
        List<String> all = root.unwritten().stream()
                .map(SettingsChangesTest::top)
                .distinct()
                .toList();
        assertThat(tested).containsAll(all);
    }

    @Test
    void theDocsSayOfEachWhenItHolds() throws IOException {
        String page = Files.readString(Path.of("docs/operations.md")).replaceAll("\\s+", " ");
        SettingsChanges.explained()
                .forEach(line -> assertThat(page).contains("- " + line.replaceAll("([a-z][a-z.-]+)(?=[,.])", "`$1`")));
    }

    @Test
    void theHelpOfCheckSaysOfEachWhenItHolds() {
        StringWriter told = new StringWriter();
        App.commandLine().setOut(new PrintWriter(told, true)).execute("check", "--help");
        String help = told.toString().replaceAll("\\s+", " ");
        SettingsChanges.explained().forEach(line -> assertThat(help).contains(line));
        assertThat(help).contains("admin.key, backend-mode, budgets,").contains("providers, rate-limits,");
    }

    private static String top(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }
}
