package dev.sluice.account;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** All keys that were made here, the live ones and those that are over. Immutable; each change gives a new ring. */
public record KeyRing(List<IssuedKey> keys) {
    public static final KeyRing EMPTY = new KeyRing(List.of());

    /** More are refused: the whole ring is read at once. */
    static final int MOST = 100_000;

    private static final Duration LONGEST_OVERLAP = Duration.ofDays(100);

    public KeyRing {
        keys = List.copyOf(keys);
    }

    /** The key of this public id, live or over; empty where none was ever made. Looks through all of them. */
    public Optional<IssuedKey> find(String id) {
        return keys.stream().filter(issued -> issued.key().id().equals(id)).findFirst();
    }

    /**
     * @throws IllegalArgumentException where the name is taken: by a live key, or by a key of another tenant that is over,
     *     because reports and repeated calls go by names
     */
    public KeyRing with(IssuedKey fresh, Instant now) {
        for (IssuedKey issued : keys) {
            boolean sameName = issued.key().name().equals(fresh.key().name());
            boolean sameTenant =
                    issued.key().owner().tenant().equals(fresh.key().owner().tenant());
            if (sameName && (issued.isLive(now) || !sameTenant)) {
                throw new IllegalArgumentException(
                        "the name '" + fresh.key().name() + "' is taken; choose another one, or rotate that key");
            }
        }
        if (keys.size() >= MOST) {
            throw new IllegalArgumentException("there are " + MOST + " keys already, live or over; no more fit");
        }
        List<IssuedKey> next = new ArrayList<>(keys);
        next.add(fresh);
        return new KeyRing(next);
    }

    /**
     * @param hash of the new secret
     * @param overlap how long older secrets stay good
     * @throws UnknownKeyException where there is no such key or it is over
     * @throws IllegalArgumentException where the overlap is no such time
     */
    public KeyRing rotated(String id, String hash, Instant now, Duration overlap) {
        if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw new IllegalArgumentException("the overlap must be 0 to " + LONGEST_OVERLAP.toDays() + " days");
        }
        if (find(id).filter(issued -> issued.isLive(now)).isEmpty()) {
            throw new UnknownKeyException("there is no live key '" + id + "'");
        }
        return replaced(id, issued -> issued.rotated(hash, now, now.plus(overlap)));
    }

    /** @throws UnknownKeyException where there is no such key */
    public KeyRing revoked(String id, Instant now) {
        if (find(id).isEmpty()) {
            throw new UnknownKeyException("there is no key '" + id + "'");
        }
        return replaced(id, issued -> issued.revokedAt(now));
    }

    private KeyRing replaced(String id, UnaryOperator<IssuedKey> change) {
        return new KeyRing(keys.stream()
                .map(issued -> issued.key().id().equals(id) ? change.apply(issued) : issued)
                .toList());
    }
}
