package dev.sluice.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what the last run has left, in order, and tells a torn tail from damage.
 *
 * <p>Sequences run without a gap over all segments. A segment counts up to the first sequence of the next one; what
 * lies behind that was written when the disk failed and has been refused. In the newest segment the first bad record
 * is the end, unless a later batch, the next segment or the archive proves that the record had been safe.
 */
final class Replay {
    /** Farther ahead than this no readable record can lie. */
    private static final long FARTHEST = 1 << 22;

    private final boolean salvage;
    private final List<String> damage = new ArrayList<>();
    private long expected;

    /** Gets every record, in order. */
    @FunctionalInterface
    interface Visitor {
        void visit(long sequence, Entry entry) throws IOException;
    }

    Replay(boolean salvage) {
        this.salvage = salvage;
    }

    /**
     * @param archived everything up to this sequence is in the archive
     * @return the last sequence
     */
    long run(List<Path> segments, long archived, Visitor visitor) throws IOException {
        if (segments.isEmpty()) {
            return archived;
        }
        expected = SegmentFolder.base(segments.getFirst());
        if (expected > archived + 1) {
            missing(segments.getFirst(), Segment.HEAD, archived + 1, expected - 1);
        }
        for (int index = 0; index < segments.size(); index++) {
            boolean isNewest = index == segments.size() - 1;
            long end = isNewest ? archived + 1 : SegmentFolder.base(segments.get(index + 1));
            read(segments.get(index), end, isNewest, visitor);
        }
        return Math.max(expected - 1, archived);
    }

    List<String> damage() {
        return damage;
    }

    /** @param end the first sequence that need not be here */
    private void read(Path file, long end, boolean isNewest, Visitor visitor) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        boolean goodHead = bytes.limit() >= Segment.HEAD
                && bytes.slice(0, Segment.HEAD).equals(Segment.head(SegmentFolder.base(file)));
        if (!goodHead) {
            damaged(file + ": its first " + Segment.HEAD + " bytes are damaged or of another version");
        }
        int at = Segment.HEAD;
        while (isNewest || expected < end) {
            Optional<Frame> frame = Frame.read(bytes, at).filter(found -> found.sequence() == expected);
            if (frame.isPresent()) {
                visitor.visit(
                        expected, Entry.read(frame.get().kind(), frame.get().payload()));
                at += frame.get().size();
                expected++;
                continue;
            }
            int next = nextReadable(bytes, at);
            long reaches = next < 0 ? end - 1 : provenBy(bytes, next);
            if (Math.max(reaches, end - 1) >= expected) {
                long lost = next < 0 ? end - 1 : Frame.sequenceAt(bytes, next) - 1;
                lost = isNewest ? lost : Math.min(lost, end - 1);
                missing(file, at, expected, lost);
                expected = lost + 1;
            }
            if (next < 0 || Frame.sequenceAt(bytes, next) != expected) {
                return;
            }
            at = next;
        }
    }

    /** Where the next whole record with a later sequence begins; -1 where none does. */
    private int nextReadable(ByteBuffer bytes, int from) {
        for (int at = from + 1; at <= bytes.limit() - Frame.HEAD; at++) {
            if (bytes.getLong(at) == 0 && bytes.getLong(at + Long.BYTES) == 0) {
                at += Long.BYTES; // Up to there the length of a record would be 0: most of a fresh segment is so.
                continue;
            }
            long ahead = Frame.sequenceAt(bytes, at) - expected;
            if (ahead > 0 && ahead < FARTHEST && Frame.read(bytes, at).isPresent()) {
                return at;
            }
        }
        return -1;
    }

    /** The last sequence that had been synced when this record, or any readable one after it, was written. */
    private static long provenBy(ByteBuffer bytes, int from) {
        long proven = -1;
        int at = from;
        Optional<Frame> frame = Frame.read(bytes, at);
        while (frame.isPresent()) {
            proven = Math.max(proven, frame.get().sequence() - frame.get().place() - 1);
            at += frame.get().size();
            frame = Frame.read(bytes, at);
        }
        return proven;
    }

    private void missing(Path file, int at, long first, long last) throws DamagedJournalException {
        damaged(file + " at byte " + at + ": records " + first + " to " + last + " cannot be read");
    }

    private void damaged(String what) throws DamagedJournalException {
        if (!salvage) {
            throw new DamagedJournalException("the journal is damaged: " + what
                    + ". Restore the file, or open it salvaging: then attempts may be missing from the sums");
        }
        damage.add(what);
    }
}
