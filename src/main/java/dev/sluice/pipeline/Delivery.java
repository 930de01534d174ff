package dev.sluice.pipeline;

import dev.sluice.pipeline.client.ClientSide;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.Request;
import dev.sluice.time.Ticker;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The client's half of an exchange: what has been sent, what is held back, and whether the client can take more. What
 * has been sent decides what is still possible, so it is remembered here and nowhere else. Lives on one loop.
 */
final class Delivery {
    private final ClientSide client;
    private final Request request;
    private final Ticker ticker;
    private final List<Header> extraHeaders;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
    private boolean begun;
    private boolean bare;
    private boolean contentSent;
    private boolean full;
    private long lastWriteNanos;

    Delivery(ClientSide client, Request request, Ticker ticker, List<Header> extraHeaders) {
        this.client = client;
        this.request = request;
        this.ticker = ticker;
        this.extraHeaders = new ArrayList<>(extraHeaders);
        this.lastWriteNanos = request.arrivedNanos();
    }

    /** Whether the head is out: there is no way back to another status. */
    boolean begun() {
        return begun;
    }

    /** Whether the head is out and names nobody. */
    boolean isBare() {
        return bare;
    }

    /** Whether real content is out: nobody else can take over. */
    boolean contentSent() {
        return contentSent;
    }

    /** Whether the client reads too slowly just now. */
    boolean isFull() {
        return full;
    }

    void drained() {
        full = false;
    }

    /**
     * Keeps bytes back until there is content, or until a whole answer is whole.
     *
     * @return false where a stream's preamble has no end
     */
    boolean hold(byte[] bytes) {
        held.writeBytes(bytes);
        return !request.inbound().stream() || held.size() <= PipelineConfig.HELD_BACK;
    }

    /** Throws away what was held back of an attempt that failed. */
    void forget() {
        held.reset();
    }

    /**
     * Sends the head, once.
     *
     * @param attempt whose answer it is; empty while nobody has begun to answer, and another may still do
     */
    void open(String contentType, Optional<Attempt> attempt) {
        if (!begun) {
            begun = true;
            bare = attempt.isEmpty();
            client.begin(new ReplyHead(
                    200,
                    contentType,
                    attempt.map(answers -> Replies.streamHead(request, answers, extraHeaders))
                            .orElseGet(() -> ReplyHead.plain(request.id(), extraHeaders))));
        }
    }

    /**
     * Sends content, and before it what was held back.
     *
     * @return false where the client has just become full
     */
    boolean content(String contentType, Attempt attempt, byte[] bytes) {
        if (!contentSent) {
            contentSent = true;
            open(contentType, Optional.of(attempt));
            if (held.size() > 0) {
                client.write(held.toByteArray());
                held.reset();
            }
        }
        return write(bytes);
    }

    /** @return false where the client has just become full */
    boolean write(byte[] bytes) {
        lastWriteNanos = ticker.nanos();
        if (!client.write(bytes) && !full) {
            full = true;
            return false;
        }
        return true;
    }

    /** Ends a stream that is whole. */
    void end(byte[] rest) {
        last(rest);
        client.end();
    }

    /** Ends a stream that failed, with {@code rest} to say so. */
    void breakOff(byte[] rest) {
        last(rest);
        client.breakOff();
    }

    private void last(byte[] rest) {
        if (held.size() > 0) {
            client.write(held.toByteArray());
            held.reset();
        }
        if (rest.length > 0) {
            client.write(rest);
        }
    }

    /** Sends a whole answer, with what was held back before {@code rest}; without its head where that is out already. */
    void whole(ReplyHead head, byte[] rest) {
        if (begun) {
            end(rest);
            return;
        }
        if (held.size() == 0) {
            client.reply(head, rest);
            return;
        }
        held.writeBytes(rest);
        client.reply(head, held.toByteArray());
        held.reset();
    }

    ClientSide client() {
        return client;
    }

    /** Something more for the reply's head, if it is not out yet. */
    void tell(Header header) {
        extraHeaders.add(header);
    }

    List<Header> extraHeaders() {
        return extraHeaders;
    }

    /** Whether nothing has been sent for so long that a waiting client wants a sign of life. */
    boolean wantsSign(long now, PipelineConfig config) {
        boolean stream = request.inbound().stream();
        if (full
                || (!stream
                        && (!request.blankLines() || config.blankLinesAfter().isZero()))) {
            return false;
        }
        Duration first = stream ? config.headersAfter() : config.blankLinesAfter();
        return now - lastWriteNanos >= (begun ? config.heartbeat() : first).toNanos();
    }
}
