package dev.sluice.provider;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One request to a provider. */
record HttpRequest(Address address, String method, Outbound outbound, String id) {
    private static final String LENGTH = "\r\ncontent-length: ";
    private static final String END = "\r\n\r\n";
    private static final int LONGEST_NUMBER = 11;

    /** In one piece, a large body would want fresh memory, filled with zeros first. */
    private static final int PIECE = 64 * 1024;

    /** Keeps the memory of pieces for the next body, which the channels' own allocator does not for so many at once. */
    private static final ByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

    /** As it goes over the line, in pieces. */
    List<ByteBuf> bytes(ByteBufAllocator allocator) {
        Slices body = outbound.body();
        int length = body.length();
        String start = method + " " + address.path() + safe(outbound.path());
        String words = address.words();
        int head = start.length() + words.length() + id.length() + LENGTH.length() + LONGEST_NUMBER + END.length();
        ByteBuf bytes = allocator.directBuffer(length <= PIECE ? head + length : head);
        write(bytes, start);
        write(bytes, words);
        write(bytes, id);
        write(bytes, LENGTH);
        write(bytes, Integer.toString(length));
        write(bytes, END);
        if (length > PIECE) {
            return inPieces(bytes, body);
        }
        for (Slices.Slice part : body.parts()) {
            bytes.writeBytes(part.array(), part.from(), part.length());
        }
        return List.of(bytes);
    }

    private static List<ByteBuf> inPieces(ByteBuf head, Slices body) {
        List<ByteBuf> pieces = new ArrayList<>(body.length() / PIECE + 2);
        pieces.add(head);
        for (Slices.Slice part : body.parts()) {
            int from = part.from();
            while (from < part.to()) {
                ByteBuf last = pieces.getLast();
                if (!last.isWritable()) {
                    last = POOL.directBuffer(PIECE, PIECE);
                    pieces.add(last);
                }
                int some = Math.min(last.writableBytes(), part.to() - from);
                last.writeBytes(part.array(), from, some);
                from += some;
            }
        }
        return pieces;
    }

    private static void write(ByteBuf bytes, String text) {
        bytes.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    /** A path may come from a client, and a request's first line must end where we end it. */
    private static String safe(String path) {
        if (path.chars().allMatch(HttpRequest::mayStand)) {
            return path;
        }
        StringBuilder safe = new StringBuilder(path.length() + 8);
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            safe.append(
                    mayStand(c)
                            ? String.valueOf(c)
                            : "%" + HexFormat.of().withUpperCase().toHexDigits((byte) c));
        }
        return safe.toString();
    }

    private static boolean mayStand(int c) {
        return c > ' ' && c < 0x7f;
    }
}
