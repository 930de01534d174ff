package dev.sluice.store.journal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers and texts into bytes: numbers in groups of seven bits, small ones short, negative ones folded in. */
final class PayloadWriter {
    /** A name of a client's making must not fill the journal. */
    static final int LONGEST_TEXT = 2000;

    private static final int USUAL = 320;

    private byte[] bytes = new byte[USUAL];
    private int length;

    void number(long number) {
        ensure(10);
        long rest = (number << 1) ^ (number >> 63);
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void flag(boolean flag) {
        ensure(1);
        bytes[length++] = (byte) (flag ? 1 : 0);
    }

    void text(String text) {
        byte[] encoded = (text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text)
                .getBytes(StandardCharsets.UTF_8);
        number(encoded.length);
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
