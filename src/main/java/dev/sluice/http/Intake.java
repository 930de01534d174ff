package dev.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.Consumer;

/**
 * Takes the content of the one request that is being read out of its connection's way before the server sees it, which
 * would copy it; the server is told of its end only. Lives on the connection's loop, for as long as that request comes.
 */
final class Intake extends ChannelInboundHandlerAdapter {
    /** What the server calls its own handler in the pipeline. */
    private static final String SERVER = "handler";

    private final Consumer<ByteBuf> taker;

    private Intake(Consumer<ByteBuf> taker) {
        this.taker = taker;
    }

    /**
     * To be called while the request's head is being handled, so that nothing of its content has come by.
     *
     * @param taker gets each piece, which is its own only until it returns
     */
    static void on(HttpConnection connection, Consumer<ByteBuf> taker) {
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channel().pipeline();
            if (pipeline.get(SERVER) != null) {
                pipeline.addBefore(SERVER, null, new Intake(taker));
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpContent content) || content.decoderResult().isFailure()) {
            context.fireChannelRead(message);
            return;
        }
        boolean last = content instanceof LastHttpContent;
        try {
            taker.accept(content.content());
        } finally {
            if (!last) {
                content.release();
            }
        }
        if (last) {
            content.content().skipBytes(content.content().readableBytes());
            context.pipeline().remove(this);
            context.fireChannelRead(content);
        }
    }
}
