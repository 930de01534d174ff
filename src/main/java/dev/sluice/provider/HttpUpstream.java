package dev.sluice.provider;

import dev.sluice.config.Secret;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real network, through one connection pool that belongs to one event loop. Follows no redirects. */
public final class HttpUpstream implements Upstream {

    /** How long a connection may take to open. */
    public static final Duration CONNECT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(HttpUpstream.class);
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence ACCEPT = HttpHeaders.createOptimized("application/json, text/event-stream");
    private static final CharSequence IDENTITY = HttpHeaders.createOptimized("identity");
    private static final CharSequence USER_AGENT = HttpHeaders.createOptimized("sluice");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final int POOL = 4096;
    private static final int KERNEL_BUFFER = 128 * 1024;

    /** Connections on which a request has gone out before; of one event loop, like all of this. */
    private final Set<HttpConnection> served = Collections.newSetFromMap(new IdentityHashMap<>());

    private final HttpClient client;
    private final Map<String, Address> addresses = new HashMap<>();

    /** Must be made on the event loop that will use it. */
    public HttpUpstream(Vertx vertx, Duration connect) {
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) connect.toMillis())
                .setSslHandshakeTimeout(connect.toSeconds() + 1)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setKeepAliveTimeout(30)
                .setReceiveBufferSize(KERNEL_BUFFER)
                .setMaxHeaderSize(32 * 1024)
                .setMaxInitialLineLength(8 * 1024)
                .setMaxChunkSize(64 * 1024)
                .setDecompressionSupported(true)
                .setHttp2ClearTextUpgrade(false);
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(POOL).setMaxWaitQueueSize(POOL);
        this.client = vertx.httpClientBuilder()
                .with(options)
                .with(pool)
                .withConnectHandler(this::prepare)
                .build();
    }

    private void prepare(HttpConnection connection) {
        connection.closeHandler(_ -> served.remove(connection));
        // Providers that break a connection are an everyday matter, and the attempt under way is told by other means.
        connection.exceptionHandler(failure -> LOG.debug("connection to a provider broke: {}", failure.toString()));
        // With a kernel buffer's size set, Vert.x takes a fresh block of that size for every read, zeros and all.
        if (connection instanceof ConnectionBase base) {
            base.channel().config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator());
        }
    }

    @Override
    public Flight send(ProviderConfig provider, String method, Outbound request, String attemptId, Answer answer) {
        Address address = addresses.computeIfAbsent(provider.name(), _ -> Address.of(provider));
        HttpFlight flight = new HttpFlight(answer, served);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(method))
                .setHost(address.host())
                .setPort(address.port())
                .setSsl(address.ssl())
                .setURI(address.path() + request.path());
        client.request(options)
                .onComplete(
                        opened -> flight.opened(opened, address, attemptId, request.body()),
                        failed -> flight.fail(unsent(failed), failed));
        return flight;
    }

    /** Closes all connections. */
    public void close() {
        client.close();
    }

    /** Why no connection came about. */
    private static Break unsent(Throwable failed) {
        for (Optional<Throwable> cause = Optional.of(failed);
                cause.isPresent();
                cause = cause.flatMap(outer -> Optional.ofNullable(outer.getCause()))) {
            if (cause.get() instanceof UnknownHostException) {
                return Break.NO_SUCH_HOST;
            }
            if (cause.get() instanceof SSLException) {
                return Break.NO_TRUST;
            }
        }
        return Break.NOT_REACHED;
    }

    private static Buffer buffer(Slices body) {
        ByteBuf[] parts = new ByteBuf[body.parts().size()];
        for (int i = 0; i < parts.length; i++) {
            Slices.Slice part = body.parts().get(i);
            parts[i] = Unpooled.wrappedBuffer(part.array(), part.from(), part.length());
        }
        return BufferInternal.buffer(parts.length == 1 ? parts[0] : Unpooled.wrappedBuffer(parts.length, parts));
    }

    /** A provider's address taken apart once. */
    private record Address(String host, int port, boolean ssl, String path, Optional<CharSequence> authorization) {
        static Address of(ProviderConfig provider) {
            boolean ssl = "https".equals(provider.address().getScheme());
            int port = provider.address().getPort();
            String path = provider.address().getRawPath();
            return new Address(
                    provider.address().getHost(),
                    port >= 0 ? port : ssl ? 443 : 80,
                    ssl,
                    Addresses.withoutSlash(path),
                    provider.key().map(Secret::reveal).map(key -> HttpHeaders.createOptimized("Bearer " + key)));
        }
    }

    private static final class HttpFlight implements Flight {
        private final Answer answer;
        private final Set<HttpConnection> served;
        private Break lost = Break.LOST;
        private Optional<HttpClientRequest> request = Optional.empty();
        private Optional<HttpClientResponse> response = Optional.empty();
        private boolean over;
        private boolean paused;

        private HttpFlight(Answer answer, Set<HttpConnection> served) {
            this.answer = answer;
            this.served = served;
        }

        private void opened(HttpClientRequest opened, Address address, String attemptId, Slices body) {
            if (!served.add(opened.connection())) {
                lost = Break.STALE;
            }
            opened.exceptionHandler(failed -> fail(lost, failed));
            if (over) {
                opened.reset();
                return;
            }
            request = Optional.of(opened);
            opened.putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                    .putHeader(HttpHeaders.ACCEPT, ACCEPT)
                    .putHeader(HttpHeaders.ACCEPT_ENCODING, IDENTITY)
                    .putHeader(HttpHeaders.USER_AGENT, USER_AGENT)
                    .putHeader(REQUEST_ID, attemptId);
            address.authorization().ifPresent(value -> opened.putHeader(HttpHeaders.AUTHORIZATION, value));
            opened.response().onComplete(this::answered, failed -> fail(lost, failed));
            opened.end(buffer(body));
        }

        private void answered(HttpClientResponse head) {
            if (over) {
                return;
            }
            response = Optional.of(head);
            lost = Break.LOST;
            head.handler(piece -> {
                if (!over) {
                    answer.bytes(piece.getBytes());
                }
            });
            head.exceptionHandler(failed -> fail(Break.LOST, failed));
            head.endHandler(_ -> finish());
            if (paused) {
                head.pause();
            }
            answer.head(head.statusCode(), name -> Optional.ofNullable(head.getHeader(name)));
        }

        private void finish() {
            if (!over) {
                over = true;
                answer.end();
            }
        }

        private void fail(Break how, Throwable failed) {
            if (!over) {
                over = true;
                LOG.debug("a request broke off: {}", failed.toString());
                answer.broken(how);
            }
        }

        @Override
        public void pause() {
            paused = true;
            response.ifPresent(HttpClientResponse::pause);
        }

        @Override
        public void resume() {
            paused = false;
            response.ifPresent(HttpClientResponse::resume);
        }

        @Override
        public void reset() {
            if (!over) {
                over = true;
                request.ifPresent(HttpClientRequest::reset);
            }
        }
    }
}
