package dev.sluice.account;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that goes into the hash of every key made here, so that a copy of the key store alone is no use to try
 * guesses on. It never shows itself. Thread-safe.
 */
public final class Pepper {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_BYTES = 16;

    private final SecretKeySpec key;

    /** @throws IllegalArgumentException where it is shorter than 16 bytes */
    public Pepper(String text) {
        byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < LEAST_BYTES) {
            throw new IllegalArgumentException("the key pepper must have at least " + LEAST_BYTES + " characters");
        }
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** The HMAC-SHA-256 of a key in lower-case hex. */
    public String hash(String secret) {
        return mac("key:" + secret);
    }

    /** Tells this pepper from another one without betraying it; kept with the hashes that it made. */
    public String mark() {
        return mac("mark").substring(0, 16);
    }

    private String mac(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
