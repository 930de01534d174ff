package dev.sluice.dialect;

import java.util.ArrayList;
import java.util.List;

/** A body in pieces that lie in several arrays, so that a large request is spliced without being copied. */
public record Slices(List<Slice> parts) {

    /** Bytes {@code from} (inclusive) to {@code to} (exclusive) of {@code array}, which must not change any more. */
    public record Slice(byte[] array, int from, int to) {
        public int length() {
            return to - from;
        }
    }

    public Slices {
        parts = List.copyOf(parts);
    }

    /** @param whole not copied; it must not change any more */
    public static Slices of(byte[] whole) {
        return new Slices(List.of(new Slice(whole, 0, whole.length)));
    }

    /** All of it in bytes; a body beyond 2 GiB is never taken in. */
    public int length() {
        int sum = 0;
        for (Slice part : parts) {
            sum += part.length();
        }
        return sum;
    }

    /** All bytes in one new array. */
    public byte[] join() {
        byte[] all = new byte[length()];
        int at = 0;
        for (Slice part : parts) {
            System.arraycopy(part.array(), part.from(), all, at, part.length());
            at += part.length();
        }
        return all;
    }

    /** Collects slices in order; empty ones are left out. */
    public static final class Builder {
        private final List<Slice> parts = new ArrayList<>(5);

        public Builder add(byte[] array, int from, int to) {
            if (to > from) {
                parts.add(new Slice(array, from, to));
            }
            return this;
        }

        public Builder add(byte[] whole) {
            return add(whole, 0, whole.length);
        }

        public Slices build() {
            return new Slices(parts);
        }
    }
}
