package dev.sluice.command;

import dev.sluice.Wiring;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.store.SqliteLibrary;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the usual roads for some seconds, so that the launcher can keep what the virtual machine has learnt for the next
 * start: classes linked, and which methods are worth compiling, for which cases. One gateway, whose only provider is the
 * sandbox, plays the servers of a second one; so the second walks every road with real connections, prices and a ledger.
 * Several calls run at once, and connections of both sides end and begin anew: a case that is not seen here is thrown out
 * of the compiled code, and the first time that it comes up in earnest costs a second of compiling.
 */
@Command(name = "train", hidden = true, description = "Used by the launcher to make later starts fast.")
final class TrainCommand implements Callable<Integer> {
    private static final Duration LOOK_ROUND = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(6);
    private static final int ROUNDS = 60;
    private static final int AT_ONCE = 12;
    private static final List<String> FRONTS = List.of("/api/chat", "/v1/chat/completions");
    private static final List<String> MODELS = List.of("priced", "native", "local");
    private static final List<String> PAGES = List.of("/", "/health", "/stats", "/metrics", "/api/tags", "/v1/models");

    @Option(names = "--libraries", paramLabel = "DIR", description = "Where native libraries are put for later starts.")
    private Optional<Path> libraries = Optional.empty();

    @Override
    public Integer call() throws Exception {
        if (libraries.isPresent()) {
            SqliteLibrary.unpack(libraries.get());
        }
        Path folder = Files.createTempDirectory("sluice-train");
        walkPlainStart(folder.resolve("plain"));
        try (Wiring servers = start(folder.resolve("servers"), Optional.of(serverSettings(folder)));
                Wiring gateway = start(folder.resolve("gateway"), Optional.of(settings(folder, servers)))) {
            long until = Ticker.SYSTEM.nanos() + LONGEST.toNanos();
            for (int i = 0; i < ROUNDS && Ticker.SYSTEM.nanos() - until < 0; i++) {
                try (HttpClient client = HttpClient.newHttpClient()) { // Its connections end with it.
                    exercise(client, gateway.server().address());
                }
            }
        } finally {
            remove(folder);
        }
        return 0;
    }

    /** The start of a newcomer, who has no settings file. */
    private static void walkPlainStart(Path data) throws IOException {
        ServeCommand.plain("serve", "--port", "0", "--data", data.toString());
        try (Wiring gateway = start(data, Optional.empty())) {
            gateway.findings();
        }
    }

    private static Wiring start(Path data, Optional<Path> file) throws IOException {
        Inquiry inquiry = new Inquiry(LOOK_ROUND);
        App.SettingsOptions options = new App.SettingsOptions();
        options.config = file;
        options.data = Optional.of(data);
        Environment nothing = new Environment(Map.of("OLLAMA_HOST", "127.0.0.1:9", "HOME", data.toString()));
        Settings settings = Starting.settings(options, Optional.of(0), Optional.empty(), nothing, inquiry);
        return Wiring.start(settings, inquiry, App.version());
    }

    /** Servers that soon close what is idle, so that connections to them are opened again and again. */
    private static Path serverSettings(Path folder) throws IOException {
        return Files.writeString(folder.resolve("servers.yaml"), """
                providers: {sandbox: {}}
                rate-limits: {per-endpoint: 0, per-client: 0}
                server: {idle-connection: 100ms}
                """);
    }

    private static Path settings(Path folder, Wiring servers) throws IOException {
        String address = servers.server().address();
        Path prices = Files.writeString(folder.resolve("prices.csv"), """
                provider,model,valid_from,valid_to,window,above_tokens,input,cached_input,cache_write,output,source,seen,note
                openai,sandbox,,,,0,1,0.1,,4,training,2026-01-01,
                """);
        return Files.writeString(folder.resolve("settings.yaml"), """
                keys:
                  - {name: trainer, key: training-only, tenant: training, tier: all}
                tiers:
                  all: {routes: hybrid, calls-per-day: 1000000}
                budgets:
                  - {scope: gateway, amount: 1000000, period: day, limit: soft, cheaper-from: 80, cheaper: local}
                  - {scope: key/*, amount: 1000000, period: month}
                  - {scope: model/*, amount: 1000000, period: week}
                  - {scope: tenant/training, amount: 1000000, period: total}
                providers:
                  openai: {kind: openai, url: "%s/v1", key: none}
                  vllm: {kind: vllm, url: "%s/v1"}
                  ollama: {kind: ollama, url: "%s"}
                models:
                  priced: openai/sandbox
                  local: vllm/sandbox
                  native: ollama/sandbox
                rate-limits: {per-endpoint: 0, per-client: 0}
                prices: %s
                """.formatted(address, address, address, prices));
    }

    private static void exercise(HttpClient client, String address) throws IOException, InterruptedException {
        for (String model : MODELS) {
            String call =
                    "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"안녕\"}],\"stream\":";
            for (String front : FRONTS) {
                for (boolean streamed : List.of(true, false)) {
                    HttpRequest request = request(address + front)
                            .POST(HttpRequest.BodyPublishers.ofString(call + streamed + "}"))
                            .build();
                    Stream.generate(() -> client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()))
                            .limit(AT_ONCE)
                            .toList()
                            .forEach(CompletableFuture::join);
                }
            }
        }
        for (String page : PAGES) {
            client.send(request(address + page).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer training-only");
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
