package dev.sluice.store.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One record as it lies on disk: checksum of all that follows, length of the payload, sequence, place in its batch,
 * kind, payload. The place tells a reader that everything before the batch had been synced when it was written: a gap
 * there is damage, not a torn tail.
 *
 * @param place 0 for the first record of a batch
 */
record Frame(long sequence, int place, byte kind, ByteBuffer payload) {
    static final int HEAD = 4 + 4 + 8 + 4 + 1;

    private static final int CHECKSUM = 4;

    static void write(ByteBuffer out, long sequence, int place, byte kind, byte[] payload) {
        int start = out.position();
        out.putInt(0)
                .putInt(payload.length)
                .putLong(sequence)
                .putInt(place)
                .put(kind)
                .put(payload);
        out.putInt(start, checksum(out, start + CHECKSUM, out.position()));
    }

    /** The whole record at {@code at}; empty where there is none. */
    static Optional<Frame> read(ByteBuffer bytes, int at) {
        if (bytes.limit() - at < HEAD) {
            return Optional.empty();
        }
        int length = bytes.getInt(at + CHECKSUM);
        if (length <= 0 || length > bytes.limit() - at - HEAD) {
            return Optional.empty();
        }
        if (bytes.getInt(at) != checksum(bytes, at + CHECKSUM, at + HEAD + length)) {
            return Optional.empty();
        }
        return Optional.of(new Frame(
                sequenceAt(bytes, at), bytes.getInt(at + 16), bytes.get(at + 20), bytes.slice(at + HEAD, length)));
    }

    /** What would be the sequence if a record began here. */
    static long sequenceAt(ByteBuffer bytes, int at) {
        return bytes.getLong(at + 8);
    }

    int size() {
        return HEAD + payload.capacity();
    }

    private static int checksum(ByteBuffer bytes, int from, int to) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.slice(from, to - from));
        return (int) sum.getValue();
    }
}
