package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.command.InProcess;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Several real gateways in this process before one scripted provider, each with a data folder of its own, that share
 * their budgets through one Redis. When they close, their ledgers together must agree with the provider's bill.
 */
public final class SharingGateways implements AutoCloseable {
    private final ScriptedUpstream upstream;
    private final int earlier;
    private final Clocks clocks;
    private final List<Path> folders = new ArrayList<>();
    private final List<Path> settings = new ArrayList<>();
    private final String shared;
    private final List<InProcess> gateways = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private SharingGateways(ScriptedUpstream upstream, String shared, Clocks clocks) {
        this.upstream = upstream;
        this.shared = shared;
        this.earlier = upstream.visits().size();
        this.clocks = clocks;
    }

    /** @param yaml as of {@link TestGateway#start} */
    public static SharingGateways start(
            int count, ScriptedUpstream upstream, RealRedis redis, String yaml, Clocks clocks) throws IOException {
        String shared = "shared: {redis: \"" + redis.address() + "\", name: test-"
                + UUID.randomUUID().toString().substring(0, 8) + "}\nlisten: {port: 0, loops: 1}\n";
        SharingGateways all = new SharingGateways(upstream, shared, clocks);
        for (int i = 0; i < count; i++) {
            Path data = Files.createTempDirectory("sluice-test");
            all.folders.add(data);
            all.settings.add(data.resolve("settings.yaml"));
            all.write(i, yaml);
            all.gateways.add(InProcess.watching(all.settings.get(i), clocks));
        }
        return all;
    }

    private void write(int which, String yaml) throws IOException {
        Files.writeString(settings.get(which), TestGateway.settings(upstream, shared + yaml, folders.get(which)));
    }

    /** Gives all of them other settings, one after the other, as a person would who has several machines. */
    public void reload(String yaml) throws IOException {
        for (int which = 0; which < count(); which++) {
            write(which, yaml);
            Reply reply = send(which, "/admin/reload", builder -> builder.POST(HttpRequest.BodyPublishers.noBody()));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(reply.body()).contains("\"restart_needed\":[]");
        }
    }

    public int count() {
        return gateways.size();
    }

    /** Ends one in order and begins it again with the same data. */
    public void restart(int which) throws IOException {
        stop(which);
        begin(which);
    }

    public void stop(int which) throws IOException {
        gateways.get(which).close();
    }

    public void begin(int which) throws IOException {
        gateways.set(which, InProcess.watching(settings.get(which), clocks));
    }

    public Reply post(int which, String body, String... headers) {
        return send(which, "/v1/chat/completions", builder -> {
            builder.POST(HttpRequest.BodyPublishers.ofString(body));
            if (headers.length > 0) {
                builder.headers(headers);
            }
        });
    }

    public Reply get(int which, String path) {
        return send(which, path, HttpRequest.Builder::GET);
    }

    private Reply send(int which, String path, Consumer<HttpRequest.Builder> more) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(gateways.get(which).address() + path))
                .timeout(Duration.ofSeconds(60));
        more.accept(request);
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    /** So many calls at once, in turn at each gateway, each on its own thread and connection. */
    public List<Reply> together(int calls, String body, Consumer<Reply> each, String... headers) throws Exception {
        return AtOnce.calls(calls, call -> post(call % count(), body, headers), each);
    }

    /** What all ledgers have, once they have so many attempts. */
    public List<LedgerRow> awaitLedgers(int attempts) {
        TestGateway.await(
                "the ledgers have " + attempts + " attempts", () -> ledgers().size() >= attempts);
        return ledgers();
    }

    private List<LedgerRow> ledgers() {
        return folders.stream().flatMap(data -> LedgerRow.all(data).stream()).toList();
    }

    /** What all of them have spent by their ledgers, in nano-dollars; what is in doubt at its bound. */
    public long spent() {
        return ledgers().stream()
                .mapToLong(row -> row.settled() ? row.cost() : row.state().equals("VOIDED") ? 0 : row.bound())
                .sum();
    }

    @Override
    public void close() throws IOException {
        for (InProcess gateway : gateways) {
            gateway.close();
        }
        client.close();
        compare();
        for (Path data : folders) {
            TestGateway.delete(data);
        }
    }

    private void compare() {
        Map<String, LedgerRow> rows = new HashMap<>();
        ledgers()
                .forEach(row -> assertThat(rows.put(row.attemptId(), row))
                        .as("booked once")
                        .isNull());
        Map<String, Long> bill = new HashMap<>(upstream.bill().charged());
        bill.keySet()
                .retainAll(upstream.visits().stream()
                        .skip(earlier)
                        .map(visit -> visit.request().attemptId())
                        .toList());
        bill.forEach((attempt, nanos) -> assertThat(rows).hasEntrySatisfying(attempt, row -> {
            if (row.settled() && !row.estimated()) {
                assertThat(row.cost()).isEqualTo(nanos);
            }
        }));
    }
}
