package dev.sluice.dialect;

import dev.sluice.dialect.Inbound.Span;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Replacements in one byte array, to be applied in one go. They come in any order and do not overlap; what is put in at
 * the same place stands in the order in which it came. Used by one thread.
 */
public final class Edits {
    private static final byte[] NOTHING = {};

    private final List<Edit> edits = new ArrayList<>();

    private record Edit(int from, int to, byte[] with) {}

    /** @param with not copied; it must not change before {@link #write} */
    public void replace(Span span, byte[] with) {
        add(new Edit(span.from(), span.to(), with));
    }

    /** Puts in the text as UTF-8. */
    public void replace(Span span, String with) {
        replace(span, with.getBytes(StandardCharsets.UTF_8));
    }

    public void cut(Span span) {
        replace(span, NOTHING);
    }

    /** Puts the text in before offset {@code at}. */
    public void insert(int at, String what) {
        replace(new Span(at, at), what);
    }

    private void add(Edit edit) {
        int at = edits.size();
        while (at > 0 && edits.get(at - 1).from > edit.from) {
            at--;
        }
        edits.add(at, edit);
    }

    public boolean isEmpty() {
        return edits.isEmpty();
    }

    /** Where what stands at {@code at}, which no edit touches, stands when the source is written from {@code from} on. */
    public int moved(int from, int at) {
        int place = at - from;
        for (Edit edit : edits) {
            if (edit.to <= at) {
                place += edit.with.length - (edit.to - edit.from);
            }
        }
        return place;
    }

    /** Writes the range {@code from} to {@code to} of {@code source}, changed. */
    public void write(byte[] source, int from, int to, ByteArrayOutputStream out) {
        int at = from;
        for (Edit edit : edits) {
            out.write(source, at, edit.from - at);
            out.writeBytes(edit.with);
            at = edit.to;
        }
        out.write(source, at, to - at);
    }

    /** The whole of {@code source}, changed, without copying what stays. */
    public Slices over(byte[] source) {
        Slices.Builder slices = new Slices.Builder();
        int at = 0;
        for (Edit edit : edits) {
            slices.add(source, at, edit.from).add(edit.with);
            at = edit.to;
        }
        return slices.add(source, at, source.length).build();
    }
}
