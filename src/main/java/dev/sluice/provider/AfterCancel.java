package dev.sluice.provider;

import java.util.Arrays;
import java.util.Locale;

/** What a provider does, and charges, once its request has been dropped in the middle of an answer. */
public enum AfterCancel {
    /** It stops a stream, and charges what it has generated. */
    STOPS,
    /** The same once the stream has begun to answer; before that nobody knows. */
    STOPS_ANSWERING,
    /** Nobody knows. */
    UNKNOWN,
    /** It goes on to the end and charges all of it, so the rest is read for its count of tokens. */
    BILLS;

    /**
     * Whether what is charged can be estimated from what was seen of the answer.
     *
     * @param streamed whether the answer comes as it is generated; of another nothing is seen before it is whole
     */
    public boolean isKnown(boolean streamed, boolean contentSeen) {
        return switch (this) {
            case STOPS -> streamed;
            case STOPS_ANSWERING -> streamed && contentSeen;
            case UNKNOWN, BILLS -> false;
        };
    }

    /** Reads {@code stops}, {@code stops-answering}, {@code unknown} or {@code bills}. */
    public static AfterCancel of(String word) {
        return Arrays.stream(values())
                .filter(one ->
                        one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "must be stops, stops-answering, unknown or bills, not '" + word + "'"));
    }
}
