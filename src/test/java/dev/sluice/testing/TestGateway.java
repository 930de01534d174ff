package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.command.InProcess;
import dev.sluice.ledger.book.Audit;
import dev.sluice.store.journal.TestDisk;
import dev.sluice.store.sqlite.SqliteAudit;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A real gateway in this process before a scripted provider. When it closes, its ledger must agree with the provider's
 * bill to the nano-dollar.
 */
public final class TestGateway implements AutoCloseable {
    /** A Saturday: nobody's peak hour. */
    public static final String QUIET_DAY = "2026-11-21T12:00:00Z";

    /** Short waits, so that a test that goes through them is quick. */
    public static final String QUICK = """
            retry: {first: 5ms, longest: 10ms}
            access-log: none
            """;

    /** In the data folder. */
    public static final String FILE = "sluice.yaml";

    private final ScriptedUpstream upstream;
    private final Path data;
    private final Start start;
    private InProcess gateway;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int earlier;
    private boolean closed;
    private boolean checked = true;
    private boolean owns;

    /** Begins anew with the same data. */
    @FunctionalInterface
    private interface Start {
        InProcess begin() throws IOException;
    }

    private TestGateway(ScriptedUpstream upstream, Path data, Start start, InProcess gateway) {
        this.upstream = upstream;
        this.earlier = upstream.visits().size();
        this.data = data;
        this.start = start;
        this.gateway = gateway;
    }

    private TestGateway(ScriptedUpstream upstream, Path data, Start start) throws IOException {
        this(upstream, data, start, start.begin());
    }

    /** @param yaml settings; {@code $UP} stands for the scripted provider's address */
    public static TestGateway start(ScriptedUpstream upstream, String yaml) throws IOException {
        return start(upstream, yaml, quietClocks());
    }

    private static Clocks quietClocks() {
        return new Clocks(Ticker.SYSTEM, new HandClock(QUIET_DAY));
    }

    /** On a disk, and in a folder, of the test's own. */
    public static TestGateway start(ScriptedUpstream upstream, String yaml, Path data, TestDisk disk)
            throws IOException {
        String settings = settings(upstream, yaml, data);
        Clocks clocks = quietClocks();
        return new TestGateway(upstream, data, () -> InProcess.start(settings, clocks, disk));
    }

    public static TestGateway start(ScriptedUpstream upstream, String yaml, Clocks clocks) throws IOException {
        Path data = Files.createTempDirectory("sluice-test");
        String settings = settings(upstream, yaml, data);
        return new TestGateway(upstream, data, () -> InProcess.start(settings, clocks));
    }

    /** For a field that JUnit closes: the provider is closed with it, after it. */
    public static TestGateway owning(ScriptedUpstream upstream, String yaml) {
        return owning(upstream, yaml, quietClocks());
    }

    public static TestGateway owning(ScriptedUpstream upstream, String yaml, Clocks clocks) {
        try {
            TestGateway gateway = start(upstream, yaml, clocks);
            gateway.owns = true;
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One whose settings stand in a file that it watches; {@link #rewrite} changes it. */
    public static TestGateway watching(ScriptedUpstream upstream, String yaml, Clocks clocks) throws IOException {
        Path data = Files.createTempDirectory("sluice-test");
        Path file = Files.writeString(data.resolve(FILE), settings(upstream, yaml, data));
        return new TestGateway(
                upstream, data, () -> InProcess.watching(file, clocks), InProcess.watching(file, clocks));
    }

    /** Other settings in the watched file; it is written elsewhere and renamed, as most editors do. */
    public void rewrite(String yaml) throws IOException {
        Path fresh = Files.writeString(data.resolve(FILE + ".new"), settings(upstream, yaml, data));
        Files.move(fresh, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    public static String settings(ScriptedUpstream upstream, String yaml, Path data) {
        String listen = yaml.contains("listen:") ? "" : "listen: {port: 0, loops: 2}\n";
        return "data: " + data + "\n" + listen + yaml.replace("$UP", upstream.address());
    }

    /** For a test whose ledger and bill differ by its nature: only the attempts are compared then. */
    public TestGateway withoutSums() {
        checked = false;
        return this;
    }

    public int port() {
        return gateway.port();
    }

    /** Looks now at what is in doubt, and says how much of it was resolved. */
    public int resolveDoubts() {
        return gateway.resolveDoubts();
    }

    public int running() {
        return gateway.running();
    }

    public Path data() {
        return data;
    }

    /** Something done to a data folder that nobody uses. */
    @FunctionalInterface
    public interface Between {
        void happen() throws IOException;
    }

    /** Ends in order and begins again with the same data. */
    public void restart() throws IOException {
        restart(() -> {});
    }

    public void restart(Between between) throws IOException {
        gateway.close();
        between.happen();
        gateway = start.begin();
    }

    // ---- calls

    public Reply chat(String model) {
        return post("/v1/chat/completions", chatBody(model, false));
    }

    public Reply stream(String model) {
        return post("/v1/chat/completions", chatBody(model, true));
    }

    public static String chatBody(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":" + stream
                + "}";
    }

    public Reply post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    public Reply get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** Any method to any path; {@code body} may be empty. */
    public Reply ask(String method, String path, String body, String... headers) {
        return ask(gateway.address(), method, path, body, headers);
    }

    /** The same where administrators are let in. */
    public Reply administer(String method, String path, String body, String... headers) {
        return ask(gateway.administration(), method, path, body, headers);
    }

    private Reply ask(String address, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** Every route, such as {@code GET /stats}. */
    public List<String> routes() {
        return gateway.routes();
    }

    private URI uri(String path) {
        return URI.create(gateway.address() + path);
    }

    private Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public RawClient connect() throws IOException {
        return new RawClient(gateway.port());
    }

    // ---- the ledger

    /** What has been booked so far; may lag behind by the copier's period. */
    public List<LedgerRow> ledger() {
        return LedgerRow.all(data);
    }

    /** Waits until so many attempts have been booked. */
    public List<LedgerRow> awaitLedger(int attempts) {
        await("the ledger has " + attempts + " attempts", () -> ledger().size() >= attempts);
        return ledger();
    }

    /** The last attempt booked, waiting until so many have been. */
    public LedgerRow awaitRow(int attempts) {
        return awaitLedger(attempts).getLast();
    }

    /** Looks again and again, for at most half a minute: a program may have to start meanwhile. */
    public static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("it did not happen: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    /** What a check of the whole book finds, beside the running gateway. */
    public Audit audit() throws IOException {
        return SqliteAudit.run(data, (_, _) -> {});
    }

    /** Ends it, and compares its ledger with the provider's bill. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            end();
        } finally {
            if (owns) {
                upstream.close();
            }
        }
    }

    private void end() throws IOException {
        gateway.close();
        client.close();
        try {
            compare(upstream, earlier, data, checked);
        } finally {
            delete(data);
        }
    }

    /**
     * Every attempt that the provider saw is in the ledger, none more than once, and what the provider charged is what
     * the ledger says.
     *
     * @param earlier how many of the provider's first calls were somebody else's
     */
    public static void compare(ScriptedUpstream upstream, int earlier, Path data, boolean sums) {
        Map<String, LedgerRow> rows = new HashMap<>();
        for (LedgerRow row : LedgerRow.all(data)) {
            assertThat(rows.put(row.attemptId(), row)).as("booked once").isNull();
        }
        List<String> asked = upstream.visits().stream()
                .skip(earlier)
                .map(visit -> visit.request().attemptId())
                .toList();
        assertThat(asked).as("ids of attempts").doesNotHaveDuplicates();
        assertThat(rows.keySet()).as("attempts booked").containsAll(asked);
        if (!sums) {
            return;
        }
        Map<String, Long> bill = new HashMap<>(upstream.bill().charged());
        bill.keySet().retainAll(asked);
        bill.forEach((attempt, nanos) -> {
            LedgerRow row = Objects.requireNonNull(rows.get(attempt), attempt);
            if (row.settled() && !row.estimated()) {
                assertThat(row.cost()).as("cost of %s", row).isEqualTo(nanos);
            } else {
                assertThat(Math.max(row.cost(), row.bound()))
                        .as("reserve of %s", row)
                        .isGreaterThanOrEqualTo(nanos);
            }
        });
        for (LedgerRow row : rows.values()) {
            if (row.settled() && row.costKind().equals("PRICED") && row.cost() > 0 && !row.estimated()) {
                assertThat(bill).as("billed: %s", row).containsEntry(row.attemptId(), row.cost());
            }
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
