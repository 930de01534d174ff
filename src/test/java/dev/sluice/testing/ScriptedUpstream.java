package dev.sluice.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider on real sockets that does what a test tells it, remembers what it was asked, and keeps its own bill. The
 * first part of a path says which provider it plays; it speaks the dialect of the route. Thread-safe.
 */
public final class ScriptedUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final Bill bill = new Bill();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final Map<String, Integer> pageCounts = new ConcurrentHashMap<>();
    private final List<Visit> visits = new ArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    private record Page(int status, String body) {
        static final Page NONE = new Page(404, "{}");
    }

    public ScriptedUpstream() {
        this(0);
    }

    public ScriptedUpstream(int port) {
        try {
            server = new ServerSocket(port, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** The address of one of the providers that it plays. */
    public String address(String provider) {
        return address() + "/" + provider;
    }

    public String address() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** @param who a provider, or a provider and a model with a slash between */
    public ScriptedUpstream on(String who, Script... inTurn) {
        scripts.put(who, inTurn.length == 1 ? inTurn[0] : Scripts.inTurn(inTurn));
        return this;
    }

    /**
     * What a call that asks no model is answered, by provider and route, such as {@code deepseek/user/balance};
     * otherwise 404.
     */
    public ScriptedUpstream page(String path, String json) {
        return page(path, 200, json);
    }

    public ScriptedUpstream page(String path, int status, String body) {
        pages.put("/" + path, new Page(status, body));
        return this;
    }

    /** How often a page has been asked for. */
    public int pageCount(String path) {
        return pageCounts.getOrDefault("/" + path, 0);
    }

    public Bill bill() {
        return bill;
    }

    /** It charges for a model; prices are dollars per million tokens. */
    public ScriptedUpstream charging(String providerAndModel, String input, String cached, String output) {
        bill.price(providerAndModel, input, cached, output);
        return this;
    }

    public int connections() {
        return connections.get();
    }

    public int openConnections() {
        return open.size();
    }

    /** All calls of models so far. */
    public List<Visit> visits() {
        synchronized (visits) {
            return List.copyOf(visits);
        }
    }

    public List<Visit> visits(String provider) {
        return visits().stream()
                .filter(visit -> visit.request().provider().equals(provider))
                .toList();
    }

    public Visit last() {
        return visits().getLast();
    }

    /** Waits until it has been called so often. */
    public Visit awaitVisit(int number) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        synchronized (visits) {
            while (visits.size() < number) {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("only " + visits.size() + " calls came, not " + number);
                }
                visits.wait(left);
            }
            return visits.get(number - 1);
        }
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> converse(socket));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void converse(Socket socket) {
        try (socket) {
            PushbackInputStream in = new PushbackInputStream(new BufferedInputStream(socket.getInputStream()));
            boolean more = true;
            while (more) {
                more = serve(socket, in);
            }
        } catch (IOException _) {
            // The other side is gone; the visit under way has been told.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private boolean serve(Socket socket, PushbackInputStream in) throws IOException, InterruptedException {
        String line = line(in);
        if (line.isEmpty()) {
            return false;
        }
        UpstreamRequest request = request(line, in);
        Visit visit = new Visit(request, this, socket);
        if (!request.asksModel() || pages.containsKey(request.path())) {
            Page page = pages.getOrDefault(request.path(), Page.NONE);
            pageCounts.merge(request.path(), 1, Integer::sum);
            visit.reply(page.status, "application/json", page.body);
            return true;
        }
        synchronized (visits) {
            visits.add(visit);
            visits.notifyAll();
        }
        Thread player = Thread.ofVirtual().start(() -> play(visit));
        int next = readQuietly(in);
        if (next < 0) {
            visit.clientLeft();
        } else {
            in.unread(next);
        }
        player.join();
        return next >= 0 && !visit.closed();
    }

    private static int readQuietly(InputStream in) {
        try {
            return in.read();
        } catch (IOException _) {
            return -1; // A reset is a way to leave.
        }
    }

    private void play(Visit visit) {
        UpstreamRequest request = visit.request();
        Script script = scripts.get(request.provider() + "/" + request.model());
        if (script == null) {
            script = scripts.getOrDefault(request.provider(), Answers.of("Hello", " there"));
        }
        try {
            script.play(visit);
        } catch (IOException _) {
            visit.clientLeft();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            visit.finished();
        }
    }

    private static UpstreamRequest request(String requestLine, InputStream in) throws IOException {
        String[] parts = requestLine.split(" ", -1);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = "chunked".equals(headers.get("transfer-encoding"))
                ? chunks(in)
                : in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new UpstreamRequest(parts[0], parts[1], Map.copyOf(headers), body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.writeBytes(in.readNBytes(size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
