package dev.sluice.pipeline;

import dev.sluice.model.Usage;

/** Token counts where a provider reports none. Rough on purpose and always marked as estimated. */
final class TokenEstimate {
    private static final int ASCII_PER_TOKEN = 4;

    private TokenEstimate() {}

    /** About four ASCII characters a token, and one token for each character of other scripts (three bytes in Hangul). */
    static long ofBytes(byte[] utf8) {
        long ascii = 0;
        for (byte b : utf8) {
            ascii += b >= 0 ? 1 : 0;
        }
        return ascii / ASCII_PER_TOKEN + (utf8.length - ascii) / 3 + 1;
    }

    /** A byte-level token covers at least one byte, so no prompt has more tokens than bytes. */
    static long upperBound(byte[] utf8) {
        return utf8.length;
    }

    static Usage usage(byte[] request, long charactersOut) {
        return Usage.estimate(ofBytes(request), (charactersOut + 2) / 3);
    }
}
