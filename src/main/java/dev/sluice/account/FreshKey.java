package dev.sluice.account;

import dev.sluice.config.Secret;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** What a new key is made of: 256 random bits for the secret, 96 for its public name. */
public record FreshKey(String id, Secret secret) {
    /** How every secret made here begins, so that scanners for leaked keys can find it. */
    public static final String PREFIX = "sk-sluice-";

    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 12;

    /** @param random must be fit for secrets; nothing else keeps two keys apart */
    public static FreshKey make(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(secret);
        random.nextBytes(id);
        return new FreshKey(
                "key_" + HexFormat.of().formatHex(id),
                new Secret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret)));
    }
}
