package dev.sluice.store.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what a {@link PayloadWriter} has written. Runs past the end like any buffer: with an exception. */
final class PayloadReader {
    private final ByteBuffer bytes;

    PayloadReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    long number() {
        long folded = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get();
            folded |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (folded >>> 1) ^ -(folded & 1);
            }
        }
    }

    int integer() {
        return Math.toIntExact(number());
    }

    boolean flag() {
        return bytes.get() != 0;
    }

    String text() {
        byte[] encoded = new byte[integer()];
        bytes.get(encoded);
        return new String(encoded, StandardCharsets.UTF_8);
    }
}
