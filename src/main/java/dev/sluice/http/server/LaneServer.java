package dev.sluice.http.server;

import dev.sluice.pipeline.client.Lane;
import dev.sluice.provider.HttpUpstream;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.Sandbox;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.provider.Upstream;
import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.TcpOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event loop: its server, its connections to providers, its clock. Nothing here is shared with other loops. */
public final class LaneServer extends VerticleBase implements Lane {
    private static final Logger LOG = LoggerFactory.getLogger(LaneServer.class);
    private static final int KERNEL_BUFFER = 128 * 1024;
    private static final int PROBES = 3;

    /** In seconds; the system allows no more. */
    private static final int LONGEST_KEEP_ALIVE = 32_767;

    private final Edge edge;
    private final Connections connections;
    private Optional<EventLoop> loop = Optional.empty();
    private Optional<HttpUpstream> network = Optional.empty();
    private Optional<Sandbox> sandbox = Optional.empty();
    private Optional<RequestIds> ids = Optional.empty();

    /**
     * What all lanes share.
     *
     * @param connections how many are open
     */
    public record Edge(
            Router router,
            HostGuard guard,
            Cors cors,
            AtomicInteger connections,
            HttpConfig config,
            SandboxConfig sandbox,
            String host,
            int port,
            Ticker ticker,
            InstantSource clock) {}

    LaneServer(Edge edge) {
        this.edge = edge;
        this.connections = new Connections(edge.config(), edge.ticker(), edge.connections());
    }

    @Override
    public Future<?> start() {
        EventLoop own = new EventLoop(vertx, context, edge.ticker());
        own.start();
        loop = Optional.of(own);
        network = Optional.of(new HttpUpstream(vertx, HttpUpstream.CONNECT, own, edge.ticker()));
        sandbox = Optional.of(new Sandbox(own, edge.ticker(), edge.sandbox()));
        ids = Optional.of(new RequestIds(edge.clock()));
        HttpServer server = vertx.createHttpServer(options());
        connections.watch(own);
        server.connectionHandler(connections::opened);
        server.requestHandler(this::serve);
        server.invalidRequestHandler(this::refuseUnparsable);
        server.exceptionHandler(failure -> LOG.debug("connection ended: {}", failure.toString()));
        return server.listen(edge.port(), edge.host());
    }

    // No receive buffer size: with one, Vert.x takes a fresh block of that size for every read, zeros and all. And no
    // WebSocket extensions: nothing here speaks it, but their handler would look at every message.
    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setSendBufferSize(KERNEL_BUFFER)
                .setMaxHeaderSize(edge.config().headerBytes())
                .setMaxInitialLineLength(8 * 1024)
                .setMaxChunkSize(64 * 1024)
                .setHttp2ClearTextEnabled(false)
                .setDecompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
        noticeVanished(options, edge.config().stalledClient());
        return options;
    }

    /**
     * A client whose line is cut without a word takes nothing and answers nothing: it has left after as long as one that
     * reads nothing. By itself Linux waits a quarter of an hour with bytes unanswered, and two hours without any.
     */
    private static void noticeVanished(HttpServerOptions options, Duration patience) {
        int seconds = Math.clamp(patience.toSeconds(), 2, LONGEST_KEEP_ALIVE);
        options.setTcpUserTimeout(Math.clamp(patience.toMillis(), 1, Integer.MAX_VALUE));
        options.getTransportOptions()
                .setOption(TcpOption.KEEPIDLE, seconds / 2)
                .setOption(TcpOption.KEEPINTVL, Math.max(1, seconds / (2 * PROBES)))
                .setOption(TcpOption.KEEPCNT, PROBES);
    }

    private void serve(HttpServerRequest request) {
        try {
            if (connections.begin(request)) {
                route(request);
            }
        } catch (RuntimeException bug) {
            LOG.error("a bug answered {} {} with 500", request.method(), request.path(), bug);
            if (!request.response().headWritten()) {
                request.response().setStatusCode(500).end();
            } else {
                request.connection().close();
            }
        }
    }

    private void route(HttpServerRequest request) {
        String id = ids.orElseThrow().next();
        Optional<String> host = Optional.ofNullable(request.getHeader("host"));
        String path = request.path();
        Optional<String> ambiguity = StrictHttp.ambiguity(request);
        if (path == null || !path.startsWith("/") || ambiguity.isPresent()) {
            refuseAndClose(request, id, 400, ambiguity.orElse("the target has no path"));
            return;
        }
        Optional<String> inTarget = StrictHttp.authority(request);
        if (!edge.guard().acceptsHost(host)
                || (inTarget.isPresent() && !edge.guard().acceptsHost(inTarget))) {
            String words = "this gateway does not answer to that host; call it by an address of this machine";
            ErrorForm.reply(new Visit(this, request, id, path, ""), 403, words);
            return;
        }
        if (StrictHttp.expectsTheUnknown(request)) {
            refuseAndClose(request, id, 417, "of Expect only 100-continue can be met");
            return;
        }
        if (edge.cors().handle(request, () -> edge.router().methods(path))) {
            return;
        }
        if (request.method().equals(HttpMethod.OPTIONS)) {
            request.response().putHeader("x-request-id", id);
            optionsWithoutOrigin(request, path, host.orElse(""));
            return;
        }
        edge.router().serve(this, request, path, id);
    }

    /** What is left of a refused request must not be taken for the next one. */
    void closeSoon(HttpServerRequest request) {
        connections.closing(request.connection());
        LingeringClose.start(loop(), request.connection(), edge.ticker().nanos());
    }

    /** Ollama answers 405 where the Host is a number and 204 where it is a name. */
    private void optionsWithoutOrigin(HttpServerRequest request, String path, String host) {
        edge.router().methods(path).ifPresent(methods -> request.response().putHeader("allow", methods));
        if (!host.isEmpty() && Character.isDigit(host.charAt(0))) {
            request.response().putHeader("content-type", Visit.TEXT);
            request.response().setStatusCode(405).end("405 method not allowed");
        } else {
            request.response().setStatusCode(204).end();
        }
    }

    private void refuseUnparsable(HttpServerRequest request) {
        if (!connections.begin(request)) {
            return;
        }
        String id = ids.orElseThrow().next();
        switch (request.decoderResult().cause()) {
            case TooLongHttpLineException _ ->
                refuseAndClose(request, id, 414, "the target is too long; a request line has 8 KiB at most");
            case TooLongHttpHeaderException _ ->
                refuseAndClose(
                        request,
                        id,
                        431,
                        "the headers are too long; they have " + edge.config().headerBytes() + " bytes at most");
            case UnspokenVersionException _ ->
                refuseAndClose(request, id, 505, "this version of HTTP is not spoken here; use HTTP/1.1");
            default -> refuseAndClose(request, id, 400, "the request line or a header cannot be read");
        }
    }

    private void refuseAndClose(HttpServerRequest request, String id, int status, String words) {
        request.response().putHeader("connection", "close");
        String path = request.uri().startsWith("/") ? request.uri() : "/";
        ErrorForm.reply(new Visit(this, request, id, path, ""), status, words);
        closeSoon(request); // The header alone does not do it: the server goes by what the request asked for.
    }

    @Override
    public Loop loop() {
        return loop.orElseThrow();
    }

    @Override
    public Upstream upstream(ProviderConfig provider) {
        return Sandbox.serves(provider) ? sandbox.orElseThrow() : network.orElseThrow();
    }
}
