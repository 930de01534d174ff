package dev.sluice.dialect;

import java.util.Locale;

/** Names of a request's members as a server written in Go compares them: whatever their case, and a little more. */
public final class FieldNames {
    /** Go folds it to s. The Kelvin sign is the only other one beyond ASCII, and Java's small letter of it is k, too. */
    private static final char LONG_S = '\u017f';

    private FieldNames() {}

    /** Whether it is no other name's double: nearly all are in small letters of ASCII, which fold to themselves. */
    public static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c >= 'A' && c <= 'Z') || c >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** The form in which names that Go takes for one are equal: two signs beyond ASCII fold to letters of it. */
    public static String folded(String name) {
        return isPlain(name) ? name : name.toLowerCase(Locale.ROOT).replace(LONG_S, 's');
    }
}
