package dev.sluice.http.server;

import java.time.Duration;

/**
 * The bounds of the server.
 *
 * @param bodyBytes the largest request body
 * @param bodiesBytes the most memory that all request bodies being read or answered may take together
 * @param headerBytes the largest header section of a request
 * @param connections the most open connections
 * @param bodyTime how long a request's body may take to arrive
 * @param idleConnection how long a connection may stay open without a request
 * @param stalledClient how long a client may read nothing of its stream, or answer nothing on its line, before it is
 *     taken for gone
 * @param wrongKeys how many wrong keys a minute one address may show before it is answered 429; 0 for no limit
 */
public record HttpConfig(
        long bodyBytes,
        long bodiesBytes,
        int headerBytes,
        int connections,
        Duration bodyTime,
        Duration idleConnection,
        Duration stalledClient,
        int wrongKeys) {

    public static final HttpConfig DEFAULT = new HttpConfig(
            32L << 20,
            256L << 20,
            32 * 1024,
            10_000,
            Duration.ofSeconds(60),
            Duration.ofSeconds(75),
            Duration.ofSeconds(30),
            60);

    private static final long LARGEST_BODY = 1 << 30; // It is collected in one array.
    private static final int LEAST_HEADERS = 1 << 10;
    private static final int MOST_HEADERS = 1 << 20;

    public HttpConfig {
        if (bodyBytes < 1 || bodyBytes > LARGEST_BODY || bodiesBytes < bodyBytes) {
            throw new IllegalArgumentException("body must be 1 byte to 1GiB, and bodies at least as much");
        }
        if (headerBytes < LEAST_HEADERS || headerBytes > MOST_HEADERS) {
            throw new IllegalArgumentException("headers must be 1KiB to 1MiB");
        }
        if (connections < 1 || wrongKeys < 0) {
            throw new IllegalArgumentException("connections must be at least 1, and wrong-keys not negative");
        }
        if (!bodyTime.isPositive() || !idleConnection.isPositive() || !stalledClient.isPositive()) {
            throw new IllegalArgumentException(
                    "body-time, idle-connection and stalled-client must be more than nothing");
        }
    }
}
