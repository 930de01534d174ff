package dev.sluice.provider;

import java.util.Arrays;
import java.util.Locale;

/** What a provider does, and charges, once its request has been dropped in the middle of an answer. */
public enum AfterCancel {
    /** It stops, and charges what it has generated. */
    STOPS,
    /** Nobody knows. */
    UNKNOWN,
    /** It goes on to the end and charges all of it, so the rest is read for its count of tokens. */
    BILLS;

    /** Whether what is charged can be estimated from what was seen of the answer. */
    public boolean isKnown(boolean contentSeen) {
        return switch (this) {
            case STOPS -> true;
            case UNKNOWN -> contentSeen;
            case BILLS -> false;
        };
    }

    /** Reads {@code stops}, {@code unknown} or {@code bills}. */
    public static AfterCancel of(String word) {
        return Arrays.stream(values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be stops, unknown or bills, not '" + word + "'"));
    }
}
