package dev.sluice.http;

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
}
