package dev.sluice.routing;

import java.util.Locale;

/** Which local backend serves the names that no chain lists. Can be switched while running. */
public enum BackendMode {
    OLLAMA,
    VLLM;

    /** The word in settings and in {@code /health}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException naming both words */
    public static BackendMode of(String word) {
        for (BackendMode mode : values()) {
            if (mode.word().equals(word.toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw new IllegalArgumentException("backend mode must be 'vllm' or 'ollama', not '" + word + "'");
    }
}
