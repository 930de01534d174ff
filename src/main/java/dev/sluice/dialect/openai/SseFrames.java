package dev.sluice.dialect.openai;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Splits a stream of server-sent events into frames, wherever the network cuts the bytes. A frame ends at a blank line;
 * line ends are LF, CRLF or CR. Used by one thread.
 *
 * <p>Bytes are looked at once. While no frame is pending, frames are found in the caller's own array; only an unfinished
 * rest is copied.
 */
final class SseFrames {
    /** Longer frames are taken for nonsense. */
    static final int LONGEST = 8 << 20;

    private static final byte[] NOTHING = {};
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] ID = {'i', 'd'};
    private static final byte[] RETRY = {'r', 'e', 't', 'r', 'y'};
    private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};

    private final Sink sink;
    private byte[] buffer = NOTHING;
    private boolean own;
    private int start;
    private int end;
    private int scanned;
    private int lineStart;
    private boolean atStreamStart = true;
    private boolean broken;

    private final ByteArrayOutputStream joined = new ByteArrayOutputStream(0);
    private int dataFrom;
    private int dataTo;
    private int dataLines;
    private boolean otherLines;
    private boolean stray;
    private boolean error;

    /** Takes what was found. */
    interface Sink {
        void frame(Frame frame);

        /** A frame grew past {@link #LONGEST}; nothing more comes. */
        void tooLong();
    }

    /**
     * One frame, valid only during the call that hands it over.
     *
     * @param bytes where the whole frame stands, its blank line included
     * @param data where its data stands; several data lines are joined by a blank, which in JSON means the same
     * @param hasData whether there was any data line
     * @param plain whether the frame is exactly one data line
     * @param stray whether a line was no field of the protocol at all
     * @param error whether the event is called {@code error}
     */
    record Frame(
            byte[] bytes,
            int from,
            int to,
            byte[] data,
            int dataFrom,
            int dataTo,
            boolean hasData,
            boolean plain,
            boolean stray,
            boolean error) {}

    SseFrames(Sink sink) {
        this.sink = sink;
    }

    void feed(byte[] bytes) {
        if (broken) {
            return;
        }
        append(bytes);
        scan(false);
        keepRest();
    }

    /** The stream ended: what is left counts as a frame although its blank line is missing. */
    void end() {
        if (broken) {
            return;
        }
        scan(true);
        if (lineStart < end && !broken) {
            line(lineStart, end);
        }
        if ((dataLines > 0 || stray) && !broken) {
            handOver(end);
        }
    }

    private void append(byte[] bytes) {
        if (start == end) {
            buffer = bytes;
            own = false;
            start = 0;
            scanned = 0;
            lineStart = 0;
            end = bytes.length;
            return;
        }
        if (end + bytes.length > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(end + bytes.length, 2 * buffer.length));
        }
        System.arraycopy(bytes, 0, buffer, end, bytes.length);
        end += bytes.length;
    }

    private void keepRest() {
        if (broken || (own && start == 0)) {
            return;
        }
        boolean dataInBuffer = dataLines == 1;
        buffer = start == end ? NOTHING : Arrays.copyOfRange(buffer, start, Math.max(end, start + 1024));
        own = true;
        end -= start;
        scanned -= start;
        lineStart -= start;
        if (dataInBuffer) {
            dataFrom -= start;
            dataTo -= start;
        }
        start = 0;
    }

    private void scan(boolean last) {
        int at = scanned;
        while (at < end && !broken) {
            byte b = buffer[at];
            if (b != '\n' && b != '\r') {
                at++;
                continue;
            }
            if (b == '\r' && at + 1 == end && !last) {
                break; // it may be half of a CRLF
            }
            int next = b == '\r' && at + 1 < end && buffer[at + 1] == '\n' ? at + 2 : at + 1;
            if (at == lineStart) {
                handOver(next);
            } else {
                line(lineStart, at);
            }
            lineStart = next;
            at = next;
        }
        scanned = at;
        if (end - start > LONGEST && !broken) {
            overflow();
        }
    }

    private void overflow() {
        broken = true;
        buffer = NOTHING;
        sink.tooLong();
    }

    private void line(int from, int to) {
        int lineFrom = atStreamStart ? behindMark(from, to) : from;
        atStreamStart = false;
        int colon = lineFrom;
        while (colon < to && buffer[colon] != ':') {
            colon++;
        }
        if (is(DATA, lineFrom, colon)) {
            data(value(colon, to), to);
            return;
        }
        otherLines = true;
        error |= is(EVENT, lineFrom, colon) && is(ERROR, value(colon, to), to);
        stray |= colon > lineFrom
                && !is(EVENT, lineFrom, colon)
                && !is(ID, lineFrom, colon)
                && !is(RETRY, lineFrom, colon);
    }

    private int value(int colon, int to) {
        int value = Math.min(colon + 1, to);
        return value < to && buffer[value] == ' ' ? value + 1 : value;
    }

    private int behindMark(int from, int to) {
        boolean mark = to - from >= 3
                && buffer[from] == (byte) 0xEF
                && buffer[from + 1] == (byte) 0xBB
                && buffer[from + 2] == (byte) 0xBF;
        otherLines |= mark;
        return mark ? from + 3 : from;
    }

    private boolean is(byte[] field, int from, int to) {
        return Arrays.equals(buffer, from, to, field, 0, field.length);
    }

    private void data(int from, int to) {
        dataLines++;
        if (dataLines == 1) {
            dataFrom = from;
            dataTo = to;
            return;
        }
        if (dataLines == 2) {
            joined.write(buffer, dataFrom, dataTo - dataFrom);
        }
        joined.write(' ');
        joined.write(buffer, from, to - from);
    }

    private void handOver(int to) {
        if (to - start > LONGEST) {
            overflow();
            return;
        }
        byte[] data = dataLines > 1 ? joined.toByteArray() : buffer;
        Frame frame = new Frame(
                buffer,
                start,
                to,
                data,
                dataLines > 1 ? 0 : dataFrom,
                dataLines > 1 ? data.length : dataTo,
                dataLines > 0,
                dataLines == 1 && !otherLines,
                stray,
                error);
        start = to;
        dataLines = 0;
        otherLines = false;
        stray = false;
        error = false;
        joined.reset();
        if (frame.to - frame.from > 2) {
            sink.frame(frame);
        }
    }
}
