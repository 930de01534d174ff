package dev.sluice.account;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Keys that were right a moment ago, so that the next call with one of them needs no hash. It belongs to one state of all
 * keys and goes with it. Thread-safe; where two threads meet, one of them looks a key up once more.
 *
 * <p>A wrong key never gets in. Comparing takes the same time however much of a guess is right.
 */
final class RightKeys<T> {
    private static final int PLACES = 64;

    private final AtomicReferenceArray<Optional<Right<T>>> places = new AtomicReferenceArray<>(PLACES);

    private record Right<T>(String presented, Optional<T> found) {}

    RightKeys() {
        for (int i = 0; i < PLACES; i++) {
            places.set(i, Optional.empty());
        }
    }

    /** @param look finds what is not at hand, by its hash */
    Optional<T> find(String presented, Function<String, Optional<T>> look) {
        int place = presented.hashCode() & (PLACES - 1);
        Optional<Right<T>> last = places.get(place);
        if (last.isPresent() && isSame(last.get().presented(), presented)) {
            return last.get().found();
        }
        Optional<T> found = look.apply(presented);
        if (found.isPresent()) {
            places.set(place, Optional.of(new Right<>(presented, found)));
        }
        return found;
    }

    private static boolean isSame(String one, String other) {
        int difference = one.length() ^ other.length();
        for (int i = 0; i < Math.min(one.length(), other.length()); i++) {
            difference |= one.charAt(i) ^ other.charAt(i);
        }
        return difference == 0;
    }
}
