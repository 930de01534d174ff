package dev.sluice.account;

import dev.sluice.config.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Where keys are made, kept and ended. Thread-safe; its methods wait for the disk. */
public interface KeyStore {

    /**
     * A key to be made.
     *
     * @param life how long it is good; empty for ever
     */
    record Order(String name, ClientKey.Owner owner, ClientKey.Rights rights, Optional<Duration> life) {
        private static final Duration LONGEST = Duration.ofDays(36_500);

        public Order {
            if (life.filter(time -> !time.isPositive() || time.compareTo(LONGEST) > 0)
                    .isPresent()) {
                throw new IllegalArgumentException("a key must be good for more than nothing and at most 100 years");
            }
        }
    }

    /** @param secret what the client sends; it exists here and nowhere else */
    record Made(IssuedKey issued, Secret secret) {}

    /** @throws IOException where the keys cannot be read */
    KeyRing keys() throws IOException;

    /** @throws IllegalArgumentException with what is wrong about the order */
    Made create(Order order) throws IOException;

    /**
     * Gives a key a new secret.
     *
     * @param overlap how long the older one stays good
     * @throws UnknownKeyException where there is no such live key
     * @throws IllegalArgumentException where the overlap is negative or above 100 days
     */
    Made rotate(String id, Duration overlap) throws IOException;

    /**
     * Ends a key for good. A second time changes nothing.
     *
     * @throws UnknownKeyException where there is no such key
     */
    IssuedKey revoke(String id) throws IOException;
}
