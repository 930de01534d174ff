package dev.sluice.provider;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** One request to a provider. */
record HttpRequest(Address address, String method, Outbound outbound, String id) {
    private static final String LENGTH = "\r\ncontent-length: ";
    private static final String END = "\r\n\r\n";
    private static final int LONGEST_NUMBER = 11;

    /** Shorter bodies are cheaper to copy than to send from where they lie. */
    private static final int COPIED = 64 * 1024;

    /** As it goes over the line. */
    ByteBuf bytes(ByteBufAllocator allocator) {
        Slices body = outbound.body();
        int length = body.length();
        String start = method + " " + address.path() + safe(outbound.path());
        String words = address.words();
        int head = start.length() + words.length() + id.length() + LENGTH.length() + LONGEST_NUMBER + END.length();
        ByteBuf bytes = allocator.directBuffer(length <= COPIED ? head + length : head);
        write(bytes, start);
        write(bytes, words);
        write(bytes, id);
        write(bytes, LENGTH);
        write(bytes, Integer.toString(length));
        write(bytes, END);
        if (length > COPIED) {
            return Unpooled.wrappedBuffer(bytes, inPlace(body));
        }
        for (Slices.Slice part : body.parts()) {
            bytes.writeBytes(part.array(), part.from(), part.length());
        }
        return bytes;
    }

    private static void write(ByteBuf bytes, String text) {
        bytes.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuf inPlace(Slices body) {
        ByteBuf[] parts = new ByteBuf[body.parts().size()];
        for (int i = 0; i < parts.length; i++) {
            Slices.Slice part = body.parts().get(i);
            parts[i] = Unpooled.wrappedBuffer(part.array(), part.from(), part.length());
        }
        return Unpooled.wrappedBuffer(parts.length, parts);
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
