package dev.sluice.dialect;

import java.util.Arrays;
import java.util.Locale;

/** What a model can be told about thinking, as far as its provider's settings say. */
public enum ThinkingAbility {
    /** Nobody has said: every wish is passed on. */
    UNKNOWN,
    /** It cannot think. */
    NEVER,
    /** It thinks or does not. */
    SWITCH,
    /** It thinks as hard as it is told. */
    LEVELS;

    /** Reads {@code never}, {@code switch} or {@code levels}. */
    public static ThinkingAbility of(String word) {
        return Arrays.stream(values())
                .filter(one ->
                        one != UNKNOWN && one.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be never, switch or levels, not '" + word + "'"));
    }
}
