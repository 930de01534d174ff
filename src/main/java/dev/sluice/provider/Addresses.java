package dev.sluice.provider;

import java.net.URI;

/** Addresses below a base address, which people write with and without a slash at its end. */
public final class Addresses {
    private Addresses() {}

    /** @param path begins with a slash; may have a query */
    public static URI below(URI base, String path) {
        return URI.create(withoutSlash(base.toString()) + path);
    }

    static String withoutSlash(String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }
}
