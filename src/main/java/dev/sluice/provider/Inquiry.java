package dev.sluice.provider;

import dev.sluice.config.Secret;
import dev.sluice.dialect.ServerReports;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Short questions to servers off the road of any call: are you there, which models, is there money. Blocks. */
public final class Inquiry implements Closeable {
    private static final int MOST_BYTES = 8 << 20;

    private final Duration patience;
    private Optional<HttpClient> client = Optional.empty();

    public Inquiry(Duration patience) {
        this.patience = patience;
    }

    private synchronized HttpClient client() {
        if (client.isEmpty()) {
            client = Optional.of(HttpClient.newBuilder()
                    .connectTimeout(patience)
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build());
        }
        return client.get();
    }

    /** Whether an Ollama server answers there. */
    public boolean isOllama(URI address) {
        return get(address, "/api/version", Optional.empty()).isPresent();
    }

    /** The names of an Ollama server's models; empty where no such server answers. */
    public Optional<List<String>> ollamaModels(URI address) {
        return get(address, "/api/tags", Optional.empty()).map(ServerReports::ollamaModels);
    }

    /** The models of an OpenAI-style server and their windows; empty where no such server answers. */
    public Optional<Map<String, Long>> openAiModels(URI address, Optional<Secret> key) {
        return get(address, "/models", key).map(ServerReports::openAiModels);
    }

    /** Whether the provider says that there is money; empty where it cannot be asked or does not say. */
    public Optional<Boolean> hasCredit(ProviderConfig provider) {
        String path = provider.kind().account().path();
        return path.isEmpty()
                ? Optional.empty()
                : get(provider.address(), path, provider.key()).flatMap(ServerReports::hasCredit);
    }

    /** A closed port is told by the system at once; a whole HTTP client need not be started for it. */
    private boolean listens(URI address) {
        int port = address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), port), (int) patience.toMillis());
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private Optional<byte[]> get(URI address, String path, Optional<Secret> key) {
        if (!listens(address)) {
            return Optional.empty();
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(Addresses.below(address, path)).timeout(patience);
        key.ifPresent(secret -> request.header("authorization", "Bearer " + secret.reveal()));
        try {
            HttpResponse<byte[]> response = client().send(
                            request.build(),
                            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // Nobody there, or not in time: the same to whoever asks.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public synchronized void close() {
        client.ifPresent(HttpClient::shutdownNow);
    }
}
