package dev.sluice.job.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** The whole lines of a file, from its start; what stands behind the last line end is not one. Used by one thread. */
final class ResultLines {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).flip();
    private long read;
    private long from;
    private long end;
    private int number;

    ResultLines(FileChannel channel) {
        this.channel = channel;
    }

    /** The next line without its end. */
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        from = end;
        while (true) {
            if (!buffer.hasRemaining() && !fill()) {
                return Optional.empty();
            }
            byte next = buffer.get();
            if (next == '\n') {
                number++;
                end = from + line.size() + 1;
                return Optional.of(line.toByteArray());
            }
            line.write(next);
        }
    }

    private boolean fill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer, read);
        buffer.flip();
        read += Math.max(0, count);
        return count > 0;
    }

    /** Where the last line begins, in bytes. */
    long from() {
        return from;
    }

    /** Behind the last whole line, in bytes. */
    long end() {
        return end;
    }

    /** The last line's number, from 1. */
    int number() {
        return number;
    }
}
