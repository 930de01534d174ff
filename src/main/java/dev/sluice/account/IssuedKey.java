package dev.sluice.account;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A key that was made here. It stays on record when it is over, so that its name never means somebody else.
 *
 * @param expires from then on it is refused
 * @param revoked since when it is refused for good
 * @param credentials what opens it: one, or after a rotation also older ones for a while
 */
public record IssuedKey(
        ClientKey key,
        Instant created,
        Optional<Instant> expires,
        Optional<Instant> revoked,
        List<Credential> credentials) {
    private static final int MOST_CREDENTIALS = 8;

    public IssuedKey {
        credentials = List.copyOf(credentials);
        if (credentials.isEmpty() || credentials.size() > MOST_CREDENTIALS) {
            throw new IllegalArgumentException(
                    "key " + key.id() + " was rotated too often; wait until an older secret of it is over");
        }
    }

    /**
     * One secret.
     *
     * @param hash its keyed hash, see {@link Pepper#hash}
     * @param until from then on it opens nothing; empty for as long as the key lives
     */
    public record Credential(String hash, Optional<Instant> until) {
        boolean isLive(Instant now) {
            return until.isEmpty() || now.isBefore(until.get());
        }
    }

    /** Whether the key as such may be used. */
    public boolean isLive(Instant now) {
        return revoked.isEmpty() && (expires.isEmpty() || now.isBefore(expires.get()));
    }

    /** Opened by a further secret from now on; by the older ones until {@code overlapEnd} and no longer than before. */
    IssuedKey rotated(String hash, Instant now, Instant overlapEnd) {
        List<Credential> next = new ArrayList<>();
        for (Credential old : credentials) {
            Instant until = old.until().filter(overlapEnd::isAfter).orElse(overlapEnd);
            if (now.isBefore(until)) {
                next.add(new Credential(old.hash(), Optional.of(until)));
            }
        }
        next.add(new Credential(hash, Optional.empty()));
        return new IssuedKey(key, created, expires, revoked, next);
    }

    IssuedKey revokedAt(Instant now) {
        return new IssuedKey(key, created, expires, revoked.or(() -> Optional.of(now)), credentials);
    }
}
