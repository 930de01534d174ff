package dev.sluice.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpUtil;

/**
 * Stands in front of the server's parser on one connection. The parser joins a header line that goes on in the next one;
 * hops that join it differently would read two different requests, and a server may refuse it (RFC 9112, 5.2). Such a line
 * is spoiled here, so the request is refused like any other whose headers nobody can read. Bodies pass untouched: where
 * one ends is learnt from the parser itself. One gap is left: a connection is not looked at any more once a head has
 * come in one packet with the end of a chunked body, for nothing but the parser knows where that was. Lives on the
 * connection's loop.
 */
public final class FoldedLines extends ChannelInboundHandlerAdapter {
    /** No header's name may begin so. */
    private static final int SPOILED = 0x01;

    private static final int NOT_YET = -1;

    /** The last four bytes of a chunked body. */
    private static final int BLANK_LINE_ENDS = 0x0d0a0d0a;

    private enum Place {
        BEFORE_HEAD,
        LINE_START,
        /** A carriage return is all that the line has so far. */
        BLANK_LINE,
        IN_LINE,
        /** Of a head that was seen to end; the parser is about to say so. */
        HEAD_END,
        BODY,
        CHUNKED_BODY,
        /** Nobody knows any more; all passes. */
        LOST
    }

    private Place place = Place.BEFORE_HEAD;
    private long bodyLeft;
    /** How much of a body goes to the parser in one piece with its head. */
    private int withHead;
    /** The last four bytes that passed as a chunked body. */
    private int tail;

    /** The parser has read a head. */
    public void headRead(HttpMessage head) {
        if (place != Place.HEAD_END || head.decoderResult().isFailure()) {
            place = Place.LOST;
        } else if (HttpUtil.isTransferEncodingChunked(head)) {
            place = Place.CHUNKED_BODY;
            tail = 0;
        } else {
            place = Place.BODY;
            bodyLeft = Math.max(0, HttpUtil.getContentLength(head, 0L) - withHead);
        }
    }

    /** The parser has come to the end of a request. */
    public void bodyRead() {
        boolean known = place == Place.BODY || (place == Place.CHUNKED_BODY && tail == BLANK_LINE_ENDS);
        place = known ? Place.BEFORE_HEAD : Place.LOST;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            int length = portion(bytes);
            while (length < bytes.readableBytes()) {
                context.fireChannelRead(bytes.readRetainedSlice(length));
                length = portion(bytes);
            }
        }
        context.fireChannelRead(message);
        withHead = 0;
    }

    /** How much the parser can be given before it must say what comes next. */
    private int portion(ByteBuf bytes) {
        int length = bytes.readableBytes();
        return switch (place) {
            case LOST -> length;
            case HEAD_END -> {
                place = Place.LOST;
                yield length;
            }
            case CHUNKED_BODY -> {
                for (int at = Math.max(0, length - Integer.BYTES); at < length; at++) {
                    tail = (tail << Byte.SIZE) | bytes.getUnsignedByte(bytes.readerIndex() + at);
                }
                yield length;
            }
            case BODY -> {
                if (bodyLeft == 0) {
                    place = Place.LOST;
                    yield length;
                }
                int body = (int) Math.min(length, bodyLeft);
                bodyLeft -= body;
                yield body;
            }
            case BEFORE_HEAD, LINE_START, BLANK_LINE, IN_LINE -> {
                int end = headEnd(bytes);
                if (end == NOT_YET) {
                    yield length;
                }
                place = Place.HEAD_END;
                int rest = bytes.writerIndex() - end;
                // No line of a further head ends in what has no end of a line; most bodies go this way.
                boolean together = rest > 0 && bytes.indexOf(end, bytes.writerIndex(), (byte) '\n') < 0;
                withHead = together ? rest : 0;
                yield together ? length : length - rest;
            }
        };
    }

    /** Looks through lines of a head, and spoils those that go on with the one before. */
    private int headEnd(ByteBuf bytes) {
        int end = bytes.writerIndex();
        int at = bytes.readerIndex();
        while (at < end) {
            if (place == Place.IN_LINE) {
                int feed = bytes.indexOf(at, end, (byte) '\n');
                if (feed < 0) {
                    return NOT_YET;
                }
                at = feed + 1;
                place = Place.LINE_START;
                continue;
            }
            byte next = bytes.getByte(at);
            at++;
            if (place == Place.BEFORE_HEAD) {
                // As the parser does, which takes blank lines before a request for none.
                place = next <= ' ' ? Place.BEFORE_HEAD : Place.IN_LINE;
            } else if (next == '\n') {
                return at;
            } else if (next == '\r' && place == Place.LINE_START) {
                place = Place.BLANK_LINE;
            } else {
                if (place == Place.LINE_START && (next == ' ' || next == '\t')) {
                    bytes.setByte(at - 1, SPOILED);
                }
                place = Place.IN_LINE;
            }
        }
        return NOT_YET;
    }
}
