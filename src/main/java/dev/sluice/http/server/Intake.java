package dev.sluice.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stands in front of the server on one connection and takes the content of a large request out of its way, which would
 * copy each piece; the server is told of the end only. Lives on the connection's loop.
 */
final class Intake extends ChannelInboundHandlerAdapter {
    /** What the server calls its own handler in the pipeline. */
    private static final String SERVER = "handler";

    private final FoldedLines lines;
    private boolean headPasses;
    private Optional<Consumer<ByteBuf>> taker = Optional.empty();
    private Optional<Runnable> spoiled = Optional.empty();

    private Intake(FoldedLines lines) {
        this.lines = lines;
    }

    /** To be called once for a connection, before anything comes. */
    static void standAt(HttpConnection connection) {
        Channels.of(connection).map(Channel::pipeline).ifPresent(Intake::join);
    }

    private static void join(ChannelPipeline pipeline) {
        ChannelHandlerContext parser = pipeline.context(HttpRequestDecoder.class);
        if (parser != null && pipeline.get(SERVER) != null) {
            FoldedLines lines = new FoldedLines();
            pipeline.addBefore(parser.name(), null, lines);
            pipeline.addBefore(SERVER, null, new Intake(lines));
        }
    }

    /**
     * Takes the content of the request whose head is just being handled. Not where the server had put the head by, because
     * it came before the answer to the request before: it may have put by some of the content, too, and hands on all of it
     * itself.
     *
     * @param taker gets each piece, which is its own only until it returns
     */
    static void take(HttpConnection connection, Consumer<ByteBuf> taker) {
        passing(connection).ifPresent(intake -> intake.taker = Optional.of(taker));
    }

    /**
     * Tells when it shows that nobody can read the content of the request whose head is just being handled; the server
     * would close the connection without a word. Not where the head had been put by.
     */
    static void onSpoiled(HttpConnection connection, Runnable spoiled) {
        passing(connection).ifPresent(intake -> intake.spoiled = Optional.of(spoiled));
    }

    private static Optional<Intake> passing(HttpConnection connection) {
        return Channels.of(connection)
                .map(open -> open.pipeline().get(Intake.class))
                .filter(intake -> intake.headPasses);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest head) {
            refuseOtherVersions(head);
            lines.headRead(head);
            taker = Optional.empty();
            spoiled = Optional.empty();
            headPasses = true;
            try {
                context.fireChannelRead(message);
            } finally {
                headPasses = false;
            }
            return;
        }
        if (message instanceof LastHttpContent) {
            lines.bodyRead();
        }
        boolean readable =
                !(message instanceof HttpObject part) || part.decoderResult().isSuccess();
        if (!readable && spoiled.isPresent()) {
            ReferenceCountUtil.release(message); // The parser gives nothing after it.
            spoiled.get().run();
            return;
        }
        if (taker.isPresent() && message instanceof HttpContent content && readable) {
            pass(context, content, taker.get());
        } else {
            context.fireChannelRead(message);
        }
    }

    /** The server would answer in the version that it does not speak. It goes by identity: so {@code http/1.1} is none. */
    @SuppressWarnings("ReferenceEquality")
    private static void refuseOtherVersions(HttpRequest head) {
        HttpVersion version = head.protocolVersion();
        if (head.decoderResult().isSuccess() && version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
            head.setProtocolVersion(HttpVersion.HTTP_1_1);
            head.setDecoderResult(DecoderResult.failure(new UnspokenVersionException()));
        }
    }

    private void pass(ChannelHandlerContext context, HttpContent content, Consumer<ByteBuf> open) {
        boolean last = content instanceof LastHttpContent;
        try {
            open.accept(content.content());
        } finally {
            if (!last) {
                content.release();
            }
        }
        if (last) {
            taker = Optional.empty();
            content.content().skipBytes(content.content().readableBytes());
            context.fireChannelRead(content);
        }
    }
}
