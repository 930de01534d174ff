package dev.sluice;

import dev.sluice.provider.Inquiry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs the usual roads once, so that the launcher can keep what the virtual machine has learnt for the next start. */
@Command(name = "train", hidden = true, description = "Used by the launcher to make later starts fast.")
final class TrainCommand implements Callable<Integer> {
    private static final int ROUNDS = 50;

    @Override
    public Integer call() throws Exception {
        Path data = Files.createTempDirectory("sluice-train");
        Inquiry inquiry = new Inquiry(Duration.ofMillis(100));
        App.SettingsOptions options = new App.SettingsOptions();
        options.data = Optional.of(data);
        Environment nothing = new Environment(Map.of("OLLAMA_HOST", "", "HOME", data.toString()));
        Settings settings = Starting.settings(options, Optional.of(0), Optional.empty(), nothing, inquiry);
        try (Wiring wiring = Wiring.start(settings, inquiry, App.version());
                HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < ROUNDS; i++) {
                exercise(client, wiring.server().address());
            }
        }
        return 0;
    }

    private static void exercise(HttpClient client, String address) throws Exception {
        String chat = "{\"model\":\"sandbox\",\"messages\":[{\"role\":\"user\",\"content\":\"안녕\"}]";
        for (String path : List.of("/api/chat", "/v1/chat/completions")) {
            for (String stream : List.of(",\"stream\":true}", ",\"stream\":false}")) {
                client.send(
                        HttpRequest.newBuilder(URI.create(address + path))
                                .POST(HttpRequest.BodyPublishers.ofString(chat + stream))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
            }
        }
        for (String path : List.of("/", "/health", "/stats", "/metrics", "/api/tags", "/v1/models")) {
            client.send(
                    HttpRequest.newBuilder(URI.create(address + path)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}
