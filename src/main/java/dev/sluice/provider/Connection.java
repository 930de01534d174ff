package dev.sluice.provider;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a provider, which carries one request after the other. Lives on one event loop.
 *
 * <p>Between it and the line stands Netty's decoder and nothing else (docs/decisions/009). It goes back to its pool only
 * when all that came with an answer has been looked at: bytes behind an answer's end must never be taken for the answer
 * to the next request.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_FINAL = 200;

    private final Channel channel;
    private final ConnectionPool pool;
    private final AnswerDecoder decoder = new AnswerDecoder();
    private Optional<HttpFlight> flight = Optional.empty();
    private Optional<ChannelFuture> sent = Optional.empty();
    private boolean interim;
    private boolean persistent;
    private boolean unpacking;
    private boolean done;
    private boolean used;
    private long idleSince;
    private Duration idleTime = KeepAlive.USUAL;

    private Connection(Channel channel, ConnectionPool pool) {
        this.channel = channel;
        this.pool = pool;
    }

    /** Takes an open channel over; whoever opened it hears of its end as before, and of nothing else. */
    static Connection on(Channel channel, ConnectionPool pool) {
        Connection connection = new Connection(channel, pool);
        ChannelPipeline pipeline = channel.pipeline();
        String opener = pipeline.lastContext().name();
        pipeline.addBefore(opener, "decoder", connection.decoder).addBefore(opener, "connection", connection);
        return connection;
    }

    /** Sends a request, and tells its flight what comes back. */
    void carry(HttpFlight next, HttpRequest request) {
        List<ByteBuf> pieces = written(request);
        flight = Optional.of(next);
        decoder.expect(request.method());
        for (ByteBuf piece : pieces) {
            sent = Optional.of(channel.write(piece));
        }
        channel.flush();
        used = true;
    }

    private List<ByteBuf> written(HttpRequest request) {
        try {
            return request.bytes(channel.alloc());
        } catch (RuntimeException bug) {
            hangUp(); // Nobody else would ever give it back.
            throw bug;
        }
    }

    /** Whether it has carried a request before: it may have ended just when the next one went out. */
    boolean used() {
        return used;
    }

    /** Reads no more, or reads again. */
    void read(boolean on) {
        channel.config().setAutoRead(on);
    }

    /** Notes that from now on it waits for its next request. */
    void rest(long nowNanos) {
        idleSince = nowNanos;
    }

    /** Whether it has waited for so long that the provider may end it at any moment. */
    boolean isOld(long nowNanos) {
        return nowNanos - idleSince >= idleTime.toNanos();
    }

    /** Ends it, whatever is under way; nothing more is told to anybody. */
    void close() {
        flight = Optional.empty();
        hangUp();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!unpacking && message instanceof HttpResponse head && isPacked(head)) {
            unpack(context, head);
            return;
        }
        try {
            read(message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(Object message) {
        if (flight.isEmpty()
                || !(message instanceof HttpObject part)
                || part.decoderResult().isFailure()) {
            hangUp(); // Nobody asked for it, or it is no HTTP: whatever follows cannot be trusted either.
            return;
        }
        if (part instanceof HttpResponse head) {
            head(flight.get(), head);
        } else if (part instanceof HttpContent content && !interim) {
            content(flight.get(), content);
        }
    }

    private void head(HttpFlight listener, HttpResponse head) {
        int status = head.status().code();
        if (status == SWITCHING_PROTOCOLS) {
            flight = Optional.empty(); // Nobody asked for it, and what follows is no HTTP, not even an end.
            hangUp();
            listener.fail(Upstream.Break.LOST); // Never stale: it has been answered.
            return;
        }
        interim = status < FIRST_FINAL; // Such as 102 while it works. The answer itself is still to come.
        if (!interim) {
            persistent = HttpUtil.isKeepAlive(head);
            idleTime = KeepAlive.told(Optional.ofNullable(head.headers().get(KEEP_ALIVE)));
            listener.head(status, name -> Optional.ofNullable(head.headers().get(name)));
        }
    }

    private void content(HttpFlight listener, HttpContent content) {
        ByteBuf bytes = content.content();
        if (bytes.isReadable()) {
            listener.bytes(ByteBufUtil.getBytes(bytes));
        }
        if (content instanceof LastHttpContent && flight.isPresent()) {
            flight = Optional.empty();
            done = true;
            listener.end();
        }
    }

    /** Few servers pack an answer although they are asked for a plain one: only their answers are looked through. */
    private static boolean isPacked(HttpResponse head) {
        return head.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
    }

    private void unpack(ChannelHandlerContext context, HttpResponse head) {
        unpacking = true;
        context.pipeline().addBefore(context.name(), "unpacker", new HttpContentDecompressor(0));
        context.pipeline().context(decoder).fireChannelRead(head); // Once more, now through the unpacker.
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (done) {
            done = false;
            giveBack();
        }
        context.fireChannelReadComplete();
    }

    private void giveBack() {
        if (persistent
                && channel.isActive()
                && sent.filter(ChannelFuture::isSuccess).isPresent()) {
            read(true);
            pool.giveBack(this);
        } else {
            hangUp();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Optional<HttpFlight> lost = flight;
        flight = Optional.empty();
        pool.ended(this);
        lost.ifPresent(HttpFlight::lost);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof RuntimeException && !(failure instanceof CodecException)) {
            LOG.error("a bug ended a connection to a provider", failure);
        } else {
            // Providers that break a connection are an everyday matter, and its request is told by its end.
            LOG.debug("connection to a provider broke: {}", failure.toString());
        }
        hangUp();
    }

    private void hangUp() {
        var _ = channel.close(); // Its end is told by channelInactive.
    }
}
