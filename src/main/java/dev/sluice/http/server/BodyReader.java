package dev.sluice.http.server;

import dev.sluice.model.Failure;
import dev.sluice.time.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.Arrays;

/** Collects one request's body into one array, within its bounds of size and time. Lives on the request's loop. */
public final class BodyReader implements Loop.Pulse {
    private static final int FIRST_GUESS = 8 * 1024;

    /** A body of more bytes comes straight from the channel: the server would copy each piece of it first. */
    private static final int LARGE = 32 * 1024;

    /**
     * Its arrays hold what was in that memory before, where the launcher's options let Netty leave it so: each byte is
     * written here before anybody reads it.
     */
    private static final ByteBufAllocator UNCLEARED = new UnpooledByteBufAllocator(false);

    private final Visit visit;
    private final HttpServerRequest request;
    private final HttpConfig config;
    private final BodyBudget budget;
    private final Loop loop;
    private final long startNanos;
    private final Receiver receiver;
    private byte[] bytes = {};
    private int length;
    private long reserved;
    private boolean over;

    /** Gets the body, or hears why there is none. */
    public interface Receiver {
        /** @param reserved to be given back to the budget when the call is over */
        void body(byte[] body, long reserved);

        /** @param failure a 4xx or that there is no room; the connection closes by itself soon after the reply */
        void refused(Failure failure);
    }

    public BodyReader(Visit visit, HttpConfig config, BodyBudget budget, long nowNanos, Receiver receiver) {
        this.visit = visit;
        this.request = visit.request();
        this.config = config;
        this.budget = budget;
        this.loop = visit.lane().loop();
        this.startNanos = nowNanos;
        this.receiver = receiver;
    }

    /** Begins to read; to be called once, before the request goes on. */
    public void start() {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            stop(packed(encoding));
            return;
        }
        long announced = announced();
        if (announced > config.bodyBytes()) {
            stop(tooLarge());
            return;
        }
        if (announced > 0 && !grow((int) announced)) {
            return;
        }
        loop.add(this);
        if (announced > LARGE) {
            Intake.take(request.connection(), this::add);
        }
        request.handler(piece -> add(((BufferInternal) piece).getByteBuf()));
        request.endHandler(_ -> finish());
        request.exceptionHandler(_ -> abandon());
        Intake.onSpoiled(request.connection(), this::spoiled);
        if (StrictHttp.waits(request)) {
            var _ = request.response().writeContinue(); // Only now: a body that will be refused need not be sent.
        }
    }

    private long announced() {
        String header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (header == null) {
            return 0;
        }
        try {
            return Long.parseLong(header);
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE; // The server has checked it; a number past 64 bits is too large in any case.
        }
    }

    private boolean grow(int capacity) {
        long more = capacity - (long) bytes.length;
        if (!budget.take(more)) {
            stop(new Failure.Busy("too many large requests at once; try again shortly", Duration.ofSeconds(1)));
            return false;
        }
        reserved += more;
        byte[] larger = UNCLEARED.heapBuffer(capacity, capacity).array();
        System.arraycopy(bytes, 0, larger, 0, length);
        bytes = larger;
        return true;
    }

    private void add(ByteBuf piece) {
        int more = piece.readableBytes();
        if (over || more == 0) {
            return;
        }
        int needed = length + more;
        if (needed > config.bodyBytes()) {
            stop(tooLarge());
            return;
        }
        if (needed > bytes.length
                && !grow(Math.max(
                        needed, Math.max(FIRST_GUESS, (int) Math.min(bytes.length * 2L, config.bodyBytes()))))) {
            return;
        }
        piece.getBytes(piece.readerIndex(), bytes, length, more);
        length = needed;
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        loop.remove(this);
        byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        receiver.body(body, reserved);
    }

    private void spoiled() {
        if (!over) {
            stop(new Failure.BadRequest("the request body cannot be read: a chunk of it has no size, or a wrong one"));
        }
    }

    private static Failure packed(String encoding) {
        return new Failure.BadRequest(
                415,
                "the request body is packed ('" + encoding + "'); send it as it is, without Content-Encoding",
                "",
                "");
    }

    private Failure tooLarge() {
        return new Failure.BadRequest(
                413, "the request body is larger than " + config.bodyBytes() + " bytes; send less at once", "", "");
    }

    /** Ends the reading; what still comes is thrown away. */
    private void stop(Failure failure) {
        abandon();
        visit.response().putHeader("connection", "close");
        visit.lane().closeSoon(request);
        receiver.refused(failure);
    }

    private void abandon() {
        if (!over) {
            over = true;
            loop.remove(this);
            budget.giveBack(reserved);
            bytes = new byte[0];
        }
    }

    @Override
    public void beat(long now) {
        if (now - startNanos > config.bodyTime().toNanos()) {
            stop(new Failure.BadRequest(408, "the request body did not arrive in time", "", ""));
        }
    }
}
