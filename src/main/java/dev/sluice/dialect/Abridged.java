package dev.sluice.dialect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A JSON text without the long plain stretches within its strings, and where what is left of it stands in the whole: a
 * parser that looks for a few members need not step through a prompt of a megabyte.
 *
 * <p>Exactly as valid as the whole, and with the same tokens: only bytes from U+0020 to U+007F other than the quotation
 * mark and the backslash are left out, and only inside a string, where they change nothing but its value (RFC 8259,
 * section 7). A parser's bound on the length of a name or a value is not seen any more, and a value that is itself read
 * must be shorter than {@link #LONG}.
 */
public final class Abridged {
    /** A string that something is missing from still has at least so many bytes. */
    public static final int LONG = 1_024;

    /** So much is looked at in any case; after that, only as long as most of what was seen can be left out. */
    private static final int TRIAL = 8 * LONG;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WORD = Long.BYTES;
    private static final int BLOCK = 1_024;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private final byte[] bytes;
    private final List<Cut> cuts;

    /**
     * @param at where in what is left something is missing
     * @param before how many bytes are missing there and before
     */
    private record Cut(int at, int before) {}

    private Abridged(byte[] bytes, List<Cut> cuts) {
        this.bytes = bytes;
        this.cuts = cuts;
    }

    /** Empty where it would save less than half, such as where the text is not English, or code full of escapes. */
    public static Optional<Abridged> of(byte[] whole) {
        List<Inbound.Span> stretches = new ArrayList<>();
        int missing = 0;
        boolean inString = false;
        for (int at = 0; at < whole.length; ) {
            if (at > TRIAL && missing < at / 2) {
                return Optional.empty();
            }
            if (!inString) {
                at = behindQuote(whole, at);
                inString = true;
                continue;
            }
            int end = endOfPlain(whole, at);
            if (end - at > 2 * LONG) {
                stretches.add(new Inbound.Span(at + LONG, end));
                missing += end - at - LONG;
            }
            inString = end < whole.length && whole[end] != '"';
            at = end + (inString && whole[end] == '\\' ? 2 : 1);
        }
        return missing < whole.length / 2 ? Optional.empty() : Optional.of(without(whole, stretches, missing));
    }

    private static Abridged without(byte[] whole, List<Inbound.Span> stretches, int missing) {
        byte[] left = new byte[whole.length - missing];
        List<Cut> cuts = new ArrayList<>(stretches.size());
        int from = 0;
        int to = 0;
        for (Inbound.Span stretch : stretches) {
            System.arraycopy(whole, from, left, to, stretch.from() - from);
            to += stretch.from() - from;
            from = stretch.to();
            cuts.add(new Cut(to, from - to));
        }
        System.arraycopy(whole, from, left, to, whole.length - from);
        return new Abridged(left, cuts);
    }

    private static int behindQuote(byte[] text, int from) {
        int at = from;
        while (at < text.length && text[at] != '"') {
            at++;
        }
        return at + 1;
    }

    /** The first byte from there on that is not plain, or the text's end. */
    private static int endOfPlain(byte[] text, int from) {
        int at = from;
        while (at <= text.length - BLOCK && isPlain(text, at)) {
            at += BLOCK;
        }
        for (; at <= text.length - WORD; at += WORD) {
            long odd = odd((long) WORDS.get(text, at)) & HIGHS;
            if (odd != 0) {
                return at + (Long.numberOfTrailingZeros(odd) >>> 3);
            }
        }
        while (at < text.length && text[at] >= ' ' && text[at] != '"' && text[at] != '\\') {
            at++;
        }
        return at;
    }

    /**
     * Whether a whole block is plain. A loop of fixed length over whole words is one that the compiler turns into vector
     * instructions; one over bytes, or one that leaves early, is not, and takes five times as long or more.
     */
    private static boolean isPlain(byte[] text, int from) {
        long any = 0;
        for (int at = 0; at < BLOCK; at += WORD) {
            any |= odd((long) WORDS.get(text, from + at));
        }
        return (any & HIGHS) == 0;
    }

    /**
     * Marks by its high bit the first byte that is not plain, and none before it; of those behind it, perhaps more than are
     * so, because a subtraction borrows from them. Other bits mean nothing. Eight bytes at once, as in Hacker's Delight,
     * section 6-1.
     */
    private static long odd(long word) {
        return word | ((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES) | (word - SPACES);
    }

    /** What is left of it. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where in the whole a place in what is left stands. A place where something is missing is the one before it. */
    public int inTheWhole(int place) {
        int missing = 0;
        for (Cut cut : cuts) {
            if (cut.at() >= place) {
                break;
            }
            missing = cut.before();
        }
        return place + missing;
    }

    /** The same of both ends, so that it takes in what is missing between them. */
    public Inbound.Span inTheWhole(Inbound.Span span) {
        return new Inbound.Span(inTheWhole(span.from()), inTheWhole(span.to()));
    }
}
