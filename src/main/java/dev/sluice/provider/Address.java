package dev.sluice.provider;

import dev.sluice.config.Secret;
import java.net.URI;

/**
 * A provider's address taken apart once, and what every request says that goes there.
 *
 * @param host without the brackets that a number of IPv6 has in a URL
 * @param path without a slash at its end
 * @param words a request's head from behind its path up to the value of {@code x-request-id}
 */
record Address(String host, int port, boolean ssl, String path, String words) {

    static Address of(ProviderConfig provider) {
        URI address = provider.address();
        boolean ssl = "https".equals(address.getScheme());
        int usual = ssl ? 443 : 80;
        int port = address.getPort() >= 0 ? address.getPort() : usual;
        String host = address.getHost();
        String words = " HTTP/1.1\r\nhost: " + (port == usual ? host : host + ":" + port)
                + "\r\ncontent-type: application/json"
                + "\r\naccept: application/json, text/event-stream"
                + "\r\naccept-encoding: identity"
                + "\r\nuser-agent: sluice"
                + provider.key()
                        .map(Secret::reveal)
                        .map(key -> "\r\nauthorization: Bearer " + key)
                        .orElse("")
                + "\r\nx-request-id: ";
        return new Address(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port,
                ssl,
                Addresses.withoutSlash(address.getRawPath()),
                words);
    }

    /** Not with its words: they hold the key. */
    @Override
    public String toString() {
        return (ssl ? "https://" : "http://") + host + ":" + port + path;
    }
}
