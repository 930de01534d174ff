package dev.sluice.http.server;

import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Request ids that sort by time: ten characters of milliseconds, then sixteen of which the first are random for this
 * source and the last count up. One source belongs to one loop.
 */
final class RequestIds {
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

    private final InstantSource clock;
    private final long random;
    private long counter;

    RequestIds(InstantSource clock) {
        this.clock = clock;
        this.random = new SecureRandom().nextLong();
    }

    String next() {
        char[] id = new char[26];
        fill(id, 0, 10, clock.millis());
        fill(id, 10, 20, random);
        fill(id, 20, 26, counter++);
        return new String(id);
    }

    private static void fill(char[] id, int from, int to, long bits) {
        long rest = bits;
        for (int i = to - 1; i >= from; i--) {
            id[i] = ALPHABET[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
