package dev.sluice;

import java.util.Locale;

/** A number and what is counted, as people say it. */
public final class Counted {
    private Counted() {}

    /** @param one such as "run"; with an s behind it there are several */
    public static String of(long number, String one) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : one + "s");
    }
}
