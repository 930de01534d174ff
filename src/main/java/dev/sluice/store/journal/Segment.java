package dev.sluice.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** One file of the journal, filled with zeros beforehand: overwriting syncs faster than growing. Used by one thread. */
final class Segment {
    static final int VERSION = 1;

    /** Where the first record begins. */
    static final int HEAD = 64;

    private static final long MAGIC = 0x534C_5549_4345_4A4CL; // SLUICEJL
    private static final int CHECKED = 8 + 4 + 8;

    private final Path file;
    private final FileChannel channel;
    private final int size;
    private final Sync sync;
    private int position = HEAD;
    private volatile boolean abandoned;

    private Segment(Path file, FileChannel channel, int size, Sync sync) {
        this.file = file;
        this.channel = channel;
        this.size = size;
        this.sync = sync;
    }

    static Segment open(Path file, int size, Sync sync) throws IOException {
        return new Segment(file, FileChannel.open(file, StandardOpenOption.WRITE), size, sync);
    }

    /** Writes who this segment is, durably, so that a bad head on a live segment can only be damage. */
    static void begin(Path file, long base, Sync sync) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(head(base), 0);
            sync.force(channel);
        }
    }

    static ByteBuffer head(long base) {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        head.putLong(MAGIC).putInt(VERSION).putLong(base);
        CRC32C sum = new CRC32C();
        sum.update(head.array(), 0, CHECKED);
        head.putInt((int) sum.getValue());
        return head.position(0);
    }

    Path file() {
        return file;
    }

    boolean fits(int bytes) {
        return bytes <= size - position;
    }

    /** Returns when the bytes are on disk. After an exception nothing is known of them, and the segment is done with. */
    void append(ByteBuffer bytes) throws IOException {
        int at = position;
        position += bytes.remaining();
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        sync.force(channel);
    }

    /** Says that its end cannot be trusted; it is deleted, not used again. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    void close() throws IOException {
        channel.close();
    }
}
