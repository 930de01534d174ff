package dev.sluice.http;

import dev.sluice.pipeline.ClientSide;
import dev.sluice.pipeline.ReplyHead;
import dev.sluice.pipeline.Running;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Optional;

/** The client of one call on its connection. */
final class ClientStream implements ClientSide {
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence NO_BUFFERING = HttpHeaders.createOptimized("x-accel-buffering");
    private static final CharSequence NO = HttpHeaders.createOptimized("no");
    private static final String EVENT_STREAM = "text/event-stream";

    private final HttpServerResponse response;
    private final Runnable whenOver;
    private Optional<Running> running = Optional.empty();
    private boolean over;

    ClientStream(HttpServerResponse response, Runnable whenOver) {
        this.response = response;
        this.whenOver = whenOver;
        response.setWriteQueueMaxSize(64 * 1024);
        response.closeHandler(_ -> gone());
        response.exceptionHandler(_ -> gone());
    }

    /** From now on the call hears when its client leaves or has read enough. */
    void watch(Running call) {
        if (over) {
            return; // It was answered within the very call that started it.
        }
        running = Optional.of(call);
    }

    private void gone() {
        if (!over) {
            over = true;
            running.ifPresent(Running::clientGone);
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
        response.drainHandler(_ -> running.ifPresent(Running::drained));
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
        response.write(buffer(bytes));
        return !response.writeQueueFull();
    }

    @Override
    public void end() {
        if (!over) {
            over = true;
            response.end();
            whenOver.run();
        }
    }

    @Override
    public void reply(ReplyHead head, byte[] body) {
        if (!over) {
            over = true;
            putHead(head);
            response.end(buffer(body));
            whenOver.run();
        }
    }

    private static Buffer buffer(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }
}
