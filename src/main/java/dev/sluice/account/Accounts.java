package dev.sluice.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All client keys. Immutable; thread-safe. A key is looked up by its hash, so comparing takes the same time however
 * much of a guess is right.
 */
public final class Accounts {
    /** Who everybody is where no keys are set up. */
    public static final ClientKey OPEN = new ClientKey("local", "0".repeat(64), "", true);

    private final Map<String, ClientKey> byHash;

    public Accounts(List<ClientKey> keys) {
        this.byHash = keys.stream().collect(Collectors.toUnmodifiableMap(ClientKey::hash, Function.identity()));
    }

    /** Whether everybody may call without a key. */
    public boolean isOpen() {
        return byHash.isEmpty();
    }

    /** @param presented what the client sent; empty where it sent no key */
    public Optional<ClientKey> identify(Optional<String> presented) {
        if (isOpen()) {
            return Optional.of(OPEN);
        }
        return presented.flatMap(key -> Optional.ofNullable(byHash.get(hash(key))));
    }

    /** The SHA-256 of a key in lower-case hex. */
    public static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
