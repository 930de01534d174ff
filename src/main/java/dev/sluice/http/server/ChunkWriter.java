package dev.sluice.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.vertx.core.http.HttpConnection;
import java.util.Optional;

/**
 * Writes pieces of a chunked answer (RFC 9112, 7.1) behind the server's encoder, each as one buffer. The server would take
 * each through its queue, its codec and three buffers, which cost a fifth of what a streamed piece costs. The end of the
 * answer is the server's to write. Used on the connection's loop.
 */
final class ChunkWriter {
    /** Eight digits, and two line ends. */
    private static final int FRAME = 12;

    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final int LINE_END = ('\r' << 8) | '\n';
    private static final int DIGIT_BITS = 4;

    private final ChannelHandlerContext encoder;

    private ChunkWriter(ChannelHandlerContext encoder) {
        this.encoder = encoder;
    }

    /** Empty where the connection does not speak HTTP/1. */
    static Optional<ChunkWriter> of(HttpConnection connection) {
        return Channels.of(connection)
                .flatMap(open -> Optional.ofNullable(open.pipeline().context(HttpResponseEncoder.class)))
                .map(ChunkWriter::new);
    }

    /** Whether more would be sent at once, not kept in memory because the client is slow. */
    boolean isOpen() {
        return encoder.channel().isWritable();
    }

    /**
     * Sends one piece. To be called only when all that the server was given to write before has been sent.
     *
     * @param piece not empty, which would end the answer
     */
    void write(byte[] piece) {
        ByteBuf chunk = encoder.alloc().ioBuffer(piece.length + FRAME);
        int digits =
                Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(piece.length) + DIGIT_BITS - 1) / DIGIT_BITS);
        for (int shift = (digits - 1) * DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
            chunk.writeByte(DIGITS[(piece.length >>> shift) & 0xF]);
        }
        chunk.writeShort(LINE_END).writeBytes(piece).writeShort(LINE_END);
        var _ = encoder.writeAndFlush(chunk, encoder.voidPromise());
    }
}
