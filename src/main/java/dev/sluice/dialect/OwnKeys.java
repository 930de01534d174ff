package dev.sluice.dialect;

import dev.sluice.model.Failure;
import java.util.Comparator;
import java.util.List;

/**
 * The keys by which providers know us. Some of them say in a refusal which key it was that they refused, and that is for
 * nobody to read; {@link CleanText} knows only the keys that look like some. Immutable; thread-safe.
 */
public final class OwnKeys {
    /** A shorter one is a word that may stand anywhere. */
    private static final int SHORTEST = 8;

    private static final String INSTEAD = "***";
    private static final String CUT = "…";

    private final List<String> keys;

    public OwnKeys(List<String> all) {
        // The longest first: another one may be a part of it.
        keys = all.stream()
                .filter(key -> key.length() >= SHORTEST)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** The same failure, whose words tell none of the keys. */
    public Failure.Upstream hiddenIn(Failure.Upstream failure) {
        return new Failure.Upstream(
                failure.kind(),
                failure.status(),
                hiddenIn(failure.message()),
                hiddenIn(failure.param()),
                hiddenIn(failure.code()),
                failure.retryAfter());
    }

    private String hiddenIn(String words) {
        String told = words;
        for (String key : keys) {
            told = withoutBeginning(told.replace(key, INSTEAD), key);
        }
        return told;
    }

    /** Long words end where there was room, which may be in the middle of a key. */
    private static String withoutBeginning(String words, String key) {
        if (!words.endsWith(CUT)) {
            return words;
        }
        String shown = words.substring(0, words.length() - CUT.length());
        for (int length = Math.min(key.length() - 1, shown.length()); length >= SHORTEST / 2; length--) {
            if (shown.regionMatches(shown.length() - length, key, 0, length)) {
                return shown.substring(0, shown.length() - length) + INSTEAD + CUT;
            }
        }
        return words;
    }
}
