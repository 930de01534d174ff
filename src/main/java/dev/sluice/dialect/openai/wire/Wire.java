package dev.sluice.dialect.openai.wire;

import dev.sluice.dialect.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Small things that everything written here is made of. */
public final class Wire {
    public static final String EVENT_STREAM = "text/event-stream";
    public static final String JSON = "application/json";
    public static final byte[] NOTHING = {};
    public static final byte[] DATA = bytes("data: ");
    public static final byte[] FRAME_END = bytes("\n\n");
    public static final byte[] DONE = bytes("data: [DONE]\n\n");
    private static final byte[] END_MARK = bytes("[DONE]");
    private static final byte[] WAITING = bytes(": waiting\n\n");

    private Wire() {}

    /** A comment, which every reader of event streams skips. */
    public static byte[] waiting() {
        return WAITING.clone();
    }

    public static boolean isEndMark(byte[] bytes, int from, int to) {
        return to - from >= END_MARK.length
                && Arrays.equals(bytes, from, from + END_MARK.length, END_MARK, 0, END_MARK.length);
    }

    /** In UTF-8. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** From UTF-8; {@code to} is not included. */
    public static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** One frame of an event stream. */
    public static void frame(ByteArrayOutputStream out, Consumer<JsonGenerator> content) {
        out.writeBytes(DATA);
        Json.write(out, content);
        out.writeBytes(FRAME_END);
    }
}
