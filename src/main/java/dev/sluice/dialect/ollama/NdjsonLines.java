package dev.sluice.dialect.ollama;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/**
 * Cuts a body into lines, wherever the network has cut it before, and swallows blank ones. A body that is one object
 * is one line, whatever line ends it has. Used by one thread.
 */
final class NdjsonLines {
    private static final int LONGEST_LINE = OllamaFront.LONGEST_LINE;
    private static final int LARGEST_WHOLE = 256 * 1024 * 1024;

    private final boolean whole;
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream(256);
    private boolean tooLong;

    /** @param whole whether the body is one object and not a line each */
    NdjsonLines(boolean whole) {
        this.whole = whole;
    }

    /** Hands on each line that has become whole, without its line end. */
    void feed(byte[] bytes, Consumer<byte[]> lines) {
        int from = 0;
        for (int at = whole ? bytes.length : 0; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                keep(bytes, from, at);
                from = at + 1;
                flush(lines);
            }
        }
        keep(bytes, from, bytes.length);
    }

    /** The body ended: its last line needs no line end. */
    void end(Consumer<byte[]> lines) {
        flush(lines);
    }

    /** Whether a line was longer than any honest server's. Nothing comes out any more. */
    boolean tooLong() {
        return tooLong;
    }

    private void keep(byte[] bytes, int from, int to) {
        tooLong |= rest.size() + (long) (to - from) > (whole ? LARGEST_WHOLE : LONGEST_LINE);
        if (!tooLong) {
            rest.write(bytes, from, to - from);
        }
    }

    private void flush(Consumer<byte[]> lines) {
        if (tooLong || rest.size() == 0) {
            return;
        }
        byte[] line = rest.toByteArray();
        rest.reset();
        if (!isBlank(line)) {
            lines.accept(line);
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte octet : line) {
            if (octet > ' ' || octet < 0) {
                return false;
            }
        }
        return true;
    }
}
