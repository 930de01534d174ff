package dev.sluice.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A web server that takes what it is sent, or does not, as a test tells it. Thread-safe. */
public final class Hook implements AutoCloseable {
    private final HttpServer server;
    private final List<String> bodies = new ArrayList<>();
    private final List<Integer> answers = new ArrayList<>(List.of(200));
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean hanging;
    private volatile Optional<String> elsewhere = Optional.empty();

    public Hook() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** The statuses of its next answers; the last one for good. */
    public void answers(Integer... statuses) {
        synchronized (bodies) {
            answers.clear();
            answers.addAll(List.of(statuses));
        }
    }

    public void redirectTo(String address) {
        elsewhere = Optional.of(address);
        answers(307);
    }

    /** Never answers from now on. */
    public void hang() {
        hanging = true;
    }

    public List<String> bodies() {
        synchronized (bodies) {
            return List.copyOf(bodies);
        }
    }

    public void await(int many) {
        TestGateway.await(many + " requests have come", () -> bodies().size() >= many);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int status;
        synchronized (bodies) {
            bodies.add(body);
            status = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
        }
        if (hanging) {
            try {
                closed.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        elsewhere.ifPresent(address -> exchange.getResponseHeaders().add("location", address));
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
