package dev.sluice.dialect.openai.wire;

import dev.sluice.dialect.Inbound.Span;
import java.util.Optional;

/** Keeps track of the members of one JSON object while a parser walks over them, so that some can be cut out. */
public final class Members {
    private final byte[] json;
    private int previousEnd;
    private boolean anyKept;

    /** @param start the offset behind the object's opening brace */
    public Members(byte[] json, int start) {
        this.json = json;
        this.previousEnd = start;
    }

    /**
     * Notes a member that stays. Every member of the object is told here or to {@link #cut}, in order.
     *
     * @param valueEnd the offset behind its value
     */
    public void keep(int valueEnd) {
        previousEnd = valueEnd;
        anyKept = true;
    }

    /** The range to cut so that the member vanishes with one of the commas beside it. */
    public Span cut(int keyStart, int valueEnd) {
        Span range = anyKept ? new Span(previousEnd, valueEnd) : new Span(keyStart, behindComma(valueEnd));
        previousEnd = valueEnd;
        return range;
    }

    private int behindComma(int from) {
        int at = from;
        while (at < json.length && isBlank(json[at])) {
            at++;
        }
        return at < json.length && json[at] == ',' ? at + 1 : from;
    }

    public static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /**
     * The member name whose value starts at {@code value}, found without parsing; empty where it is spelt with escapes.
     */
    public static Optional<Span> nameBefore(byte[] json, int value) {
        int at = value - 1;
        while (at > 0 && (isBlank(json[at]) || json[at] == ':')) {
            at--;
        }
        int end = at + 1;
        at--;
        while (at > 0 && json[at] != '"' && json[at] != '\\') {
            at--;
        }
        return at >= 0 && json[at] == '"' ? Optional.of(new Span(at, end)) : Optional.empty();
    }
}
