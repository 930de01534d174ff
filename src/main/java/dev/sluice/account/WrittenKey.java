package dev.sluice.account;

import java.time.Instant;
import java.util.Optional;

/**
 * A key of the settings file.
 *
 * @param hash the SHA-256 of the key in lower-case hex; the key itself is never kept
 * @param expires from then on it is refused
 * @param isShort whether it was written as a key that could be found by trying
 */
public record WrittenKey(String hash, ClientKey key, Optional<Instant> expires, boolean isShort) {
    public WrittenKey {
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "key " + key.name() + ": the hash must be 64 characters of lower-case hex");
        }
    }
}
