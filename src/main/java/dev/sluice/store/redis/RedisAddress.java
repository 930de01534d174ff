package dev.sluice.store.redis;

import io.lettuce.core.RedisURI;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a server is and how one is let in.
 *
 * @param user "" for the server's default user
 * @param password "" for none
 * @param database 0 where none is named
 */
public record RedisAddress(boolean tls, String host, int port, String user, String password, int database) {
    private static final int PORT = 6379;

    /**
     * Reads {@code redis://host:port/database}, or {@code rediss://} for TLS, with {@code user:password@} before the host.
     *
     * @throws IllegalArgumentException with a sentence that does not repeat the text: it may hold a password
     */
    public static RedisAddress parse(String text) {
        URI uri = uri(text.strip());
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
        String host = Optional.ofNullable(uri.getHost()).orElse("");
        if (!(scheme.equals("redis") || scheme.equals("rediss")) || host.isEmpty()) {
            throw wrong();
        }
        String login = Optional.ofNullable(uri.getRawUserInfo()).orElse("");
        int colon = login.indexOf(':');
        return new RedisAddress(
                scheme.equals("rediss"),
                host,
                uri.getPort() < 0 ? PORT : uri.getPort(),
                colon < 0 ? "" : decoded(login.substring(0, colon)),
                decoded(login.substring(colon + 1)),
                database(Optional.ofNullable(uri.getPath()).orElse("")));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException _) {
            throw wrong();
        }
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException(
                "must look like redis://host:6379, or rediss:// for TLS; a password is written redis://:password@host:6379"
                        + " with its special characters %-encoded, best through an environment variable");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static int database(String path) {
        String number = path.startsWith("/") ? path.substring(1) : path;
        if (number.isEmpty()) {
            return 0;
        }
        if (!number.matches("[0-9]{1,4}")) {
            throw new IllegalArgumentException(
                    "what stands behind the host must be the number of a database, such as /0");
        }
        return Integer.parseInt(number);
    }

    RedisURI uri(Duration patience) {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(host)
                .withPort(port)
                .withSsl(tls)
                .withDatabase(database)
                .withTimeout(patience);
        if (!user.isEmpty()) {
            uri.withAuthentication(user, password.toCharArray());
        } else if (!password.isEmpty()) {
            uri.withPassword(password.toCharArray());
        }
        return uri.build();
    }

    /** Without a password. */
    @Override
    public String toString() {
        String place = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return (tls ? "rediss://" : "redis://") + place + ":" + port + (database == 0 ? "" : "/" + database);
    }
}
