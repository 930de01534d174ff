package dev.sluice.http.server;

import dev.sluice.pipeline.client.ClientSide;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.Running;
import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.Optional;

/**
 * The client of one call on its connection. While it reads too slowly its progress is watched, also after the call
 * itself is over: one that takes nothing at all for too long is treated as gone.
 */
public final class ClientStream implements ClientSide, Loop.Pulse {
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence NO_BUFFERING = HttpHeaders.createOptimized("x-accel-buffering");
    private static final CharSequence NO = HttpHeaders.createOptimized("no");
    private static final String EVENT_STREAM = "text/event-stream";

    private final HttpServerResponse response;
    private final HttpConnection connection;
    private final HttpVersion version;
    private final Outflow outflow;
    private final Loop loop;
    private final Ticker ticker;
    private final Duration patience;
    private final Runnable whenOver;
    private Optional<ChunkWriter> chunks = Optional.empty();
    private Optional<Future<Void>> handed = Optional.empty();
    private Optional<Running> running = Optional.empty();
    private boolean over;
    private boolean settled;
    private boolean watched;
    private long progress;
    private long progressNanos;

    /**
     * @param patience how long the client may take nothing of what waits for it
     * @param whenOver called once when the call is over, with or without its client
     */
    public ClientStream(Visit visit, Ticker ticker, Duration patience, Runnable whenOver) {
        this.response = visit.response();
        this.connection = visit.request().connection();
        this.version = visit.request().version();
        this.outflow = new Outflow(connection);
        this.loop = visit.lane().loop();
        this.ticker = ticker;
        this.patience = patience;
        this.whenOver = whenOver;
        response.setWriteQueueMaxSize(64 * 1024);
        response.closeHandler(_ -> gone());
        response.exceptionHandler(_ -> gone());
    }

    /** From now on the call hears when its client leaves or has read enough. */
    public void watch(Running call) {
        if (over) {
            return; // It was answered within the very call that started it.
        }
        running = Optional.of(call);
    }

    private void gone() {
        unwatchReading();
        if (!over) {
            over = true;
            boolean goesOn = running.isPresent() && running.get().clientGone();
            if (!goesOn) {
                settle();
            }
        }
    }

    /** The call holds its body until its end, which may be later than its client's. */
    private void settle() {
        if (!settled) {
            settled = true;
            whenOver.run();
        }
    }

    @Override
    public void begin(ReplyHead head) {
        if (over) {
            return;
        }
        putHead(head);
        if (head.contentType().startsWith(EVENT_STREAM)) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE).putHeader(NO_BUFFERING, NO);
        }
        response.setChunked(true);
        chunks = version == HttpVersion.HTTP_1_1 ? ChunkWriter.of(connection) : Optional.empty();
        response.drainHandler(_ -> {
            unwatchReading();
            running.ifPresent(Running::drained);
        });
    }

    private void putHead(ReplyHead head) {
        response.setStatusCode(head.status());
        if (!head.contentType().isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, head.contentType());
        }
        for (ReplyHead.Header header : head.headers()) {
            response.putHeader(header.name(), header.value());
        }
    }

    @Override
    public boolean write(byte[] bytes) {
        if (over) {
            return true;
        }
        if (chunks.isPresent() && chunks.get().isOpen() && isSent()) {
            chunks.get().write(bytes);
            return true;
        }
        handed = Optional.of(response.write(buffer(bytes)));
        if (response.writeQueueFull()) {
            watchReading();
            return false;
        }
        return true;
    }

    /** Whether all that the server was given is sent: what goes past it must not come first. */
    private boolean isSent() {
        return handed.isPresent() && handed.get().succeeded();
    }

    @Override
    public void end() {
        if (!over) {
            over = true;
            Future<Void> end = response.end();
            sent(end);
            if (version == HttpVersion.HTTP_1_0) {
                var _ = end.onComplete(_ -> connection.close()); // What has no length ends with its connection.
            }
        }
        settle();
    }

    @Override
    public void breakOff() {
        end();
    }

    @Override
    public void reply(ReplyHead head, byte[] body) {
        if (!over) {
            over = true;
            putHead(head);
            sent(response.end(buffer(body)));
        }
        settle();
    }

    private void sent(Future<Void> end) {
        if (end.isComplete()) {
            unwatchReading();
            return;
        }
        watchReading();
        end.onComplete(_ -> unwatchReading());
    }

    private void watchReading() {
        if (!watched) {
            watched = true;
            progress = outflow.mark();
            progressNanos = ticker.nanos();
            loop.add(this);
        }
    }

    private void unwatchReading() {
        if (watched) {
            watched = false;
            loop.remove(this);
        }
    }

    @Override
    public void beat(long now) {
        long seen = outflow.mark();
        if (seen != progress) {
            progress = seen;
            progressNanos = now;
        } else if (watched && now - progressNanos > patience.toNanos()) {
            outflow.cut();
            gone();
        }
    }

    private static Buffer buffer(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }
}
