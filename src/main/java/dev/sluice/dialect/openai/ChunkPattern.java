package dev.sluice.dialect.openai;

import dev.sluice.dialect.openai.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * What stood around the text of a chunk, and what became of it. Most chunks of a stream differ in their text only: where
 * all other bytes are those of before, and the text is one plain string, they mean what they meant before, so nothing has
 * to be parsed. Used by one thread.
 */
final class ChunkPattern {
    static final int NO_MATCH = -1;

    /** So many chunks are learnt in vain before a stream is taken for one whose chunks all differ. */
    private static final int PATIENCE = 16;

    private byte[] before = Wire.NOTHING;
    private byte[] after = Wire.NOTHING;
    private byte[] head = Wire.NOTHING;
    private byte[] tail = Wire.NOTHING;
    private int learntInVain;

    /** Whether it is worth while to learn another chunk. */
    boolean isCurious() {
        return learntInVain < PATIENCE;
    }

    /**
     * Learns one frame: what stands in it up to its text, and behind it.
     *
     * @param textFrom where the text begins, behind its quote
     * @param textTo where its closing quote stands
     * @param newHead what the client gets before the text
     * @param newTail what it gets behind it
     */
    void learn(byte[] frame, int from, int to, int textFrom, int textTo, byte[] newHead, byte[] newTail) {
        learntInVain++;
        before = Arrays.copyOfRange(frame, from, textFrom);
        after = Arrays.copyOfRange(frame, textTo, to);
        head = newHead;
        tail = newTail;
    }

    /**
     * Writes for the client what this frame becomes, if it is the one learnt but for its text.
     *
     * @return how many characters (of UTF-16) its text has, or {@link #NO_MATCH}; then nothing is written
     */
    int pass(byte[] frame, int from, int to, ByteArrayOutputStream out) {
        int textFrom = from + before.length;
        int textTo = to - after.length;
        if (before.length == 0
                || textFrom > textTo
                || !Arrays.equals(frame, from, textFrom, before, 0, before.length)
                || !Arrays.equals(frame, textTo, to, after, 0, after.length)) {
            return NO_MATCH;
        }
        int characters = characters(frame, textFrom, textTo);
        if (characters != NO_MATCH) {
            learntInVain = 0;
            out.writeBytes(head);
            out.write(frame, textFrom, textTo - textFrom);
            out.writeBytes(tail);
        }
        return characters;
    }

    /** Of what may stand between the quotes of a JSON string as it is: well-formed UTF-8 without quotes, escapes, controls. */
    private static int characters(byte[] text, int from, int to) {
        int count = 0;
        int at = from;
        while (at < to) {
            byte b = text[at];
            if (b >= ' ') {
                if (b == '"' || b == '\\') {
                    return NO_MATCH;
                }
                at++;
                count++;
            } else {
                int length = Utf8.length(text, at, to);
                if (length == 0) {
                    return NO_MATCH;
                }
                at += length;
                count += length == 4 ? 2 : 1;
            }
        }
        return count;
    }
}
