package dev.sluice.dialect.openai;

import dev.sluice.dialect.openai.wire.Members;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A body that is read only when it is whole, up to a bound. Used by one thread. */
final class Collected {
    /** Longer answers are taken for nonsense. */
    static final int LONGEST = 64 << 20;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    private boolean tooLong;

    void add(byte[] bytes) {
        if (tooLong || body.size() + (long) bytes.length > LONGEST) {
            tooLong = true;
            body.reset();
            return;
        }
        body.writeBytes(bytes);
    }

    boolean tooLong() {
        return tooLong;
    }

    /** What came, without the blank lines that DeepSeek and OpenRouter send while they work. */
    byte[] body() {
        byte[] all = body.toByteArray();
        int from = 0;
        while (from < all.length && Members.isBlank(all[from])) {
            from++;
        }
        return from == 0 ? all : Arrays.copyOfRange(all, from, all.length);
    }
}
