package dev.sluice.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All client keys: those of the settings, and those made here, which may change at any moment. Thread-safe; in memory. A
 * key is looked up by its hash, so comparing takes the same time however much of a guess is right. When a key is over is
 * looked at with each call.
 */
public final class Accounts {
    /** Who everybody is where no keys are set up. */
    public static final ClientKey OPEN =
            new ClientKey("local", "local", ClientKey.Owner.NOBODY, new ClientKey.Rights(List.of(), true, true));

    private static final ClientKey OPERATOR =
            new ClientKey("admin", "admin", ClientKey.Owner.NOBODY, new ClientKey.Rights(List.of(), false, true));

    private final InstantSource clock;
    private volatile Written written;
    private volatile Issued issued = Issued.NONE;

    /** @param operator the SHA-256 of a key that is good for administration and for nothing else */
    public Accounts(List<WrittenKey> keys, Optional<String> operator, InstantSource clock) {
        this.written = Written.of(keys, operator);
        this.clock = clock;
    }

    /** What the settings say. */
    private record Written(Map<String, WrittenKey> byHash, Optional<String> operator, RightKeys<WrittenKey> right) {
        private static Written of(List<WrittenKey> keys, Optional<String> operator) {
            return new Written(
                    keys.stream()
                            .collect(Collectors.toUnmodifiableMap(
                                    WrittenKey::hash, Function.identity(), (first, _) -> first)),
                    operator,
                    new RightKeys<>());
        }

        private Optional<WrittenKey> find(String presented) {
            return right.find(presented, key -> Optional.ofNullable(byHash.get(hash(key))));
        }
    }

    /**
     * From now on these are the keys of the settings; calls under way are not touched.
     *
     * @param operator as at the start
     * @throws IllegalArgumentException where no key at all would be left, and so everybody on this machine be let in; then
     *     nothing changes
     */
    public void use(List<WrittenKey> keys, Optional<String> operator) {
        checkLeft(keys);
        written = Written.of(keys, operator);
    }

    /** Refuses as {@link #use(List, Optional)} would, and changes nothing. */
    public void checkLeft(List<WrittenKey> keys) {
        if (!isOpen() && keys.isEmpty() && issued.byHash().isEmpty()) {
            throw new IllegalArgumentException(
                    "the last key cannot be taken away while the gateway runs, because everybody on this machine might"
                            + " call then; start it anew for that");
        }
    }

    /** @param byHash by the hash of each secret */
    private record Issued(Optional<Pepper> pepper, Map<String, Door> byHash, RightKeys<Door> right) {
        static final Issued NONE = new Issued(Optional.empty(), Map.of(), new RightKeys<>());

        private Optional<Door> find(String presented) {
            return pepper.isPresent() && presented.startsWith(FreshKey.PREFIX)
                    ? right.find(
                            presented,
                            key -> Optional.ofNullable(byHash.get(pepper.get().hash(key))))
                    : Optional.empty();
        }
    }

    private record Door(IssuedKey issued, IssuedKey.Credential credential) {}

    /** From now on these keys were made here; calls under way are not touched. */
    public void use(KeyRing ring, Pepper pepper) {
        Map<String, Door> byHash = new HashMap<>();
        for (IssuedKey key : ring.keys()) {
            key.credentials().forEach(credential -> byHash.put(credential.hash(), new Door(key, credential)));
        }
        issued = new Issued(Optional.of(pepper), Map.copyOf(byHash), new RightKeys<>());
    }

    /** How logs and reports call the keys of the settings. */
    public Set<String> writtenNames() {
        return written.byHash().values().stream().map(key -> key.key().name()).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether everybody may call without a key. Not so where all keys are over: who had keys once does not want the whole
     * machine in.
     */
    public boolean isOpen() {
        return written.byHash().isEmpty() && issued.byHash().isEmpty();
    }

    /** @param presented what the client sent; empty where it sent no key */
    public Optional<ClientKey> identify(Optional<String> presented) {
        return isOpen() ? Optional.of(OPEN) : presented.flatMap(this::find);
    }

    /**
     * Who may look at and change the gateway.
     *
     * @param presented what the client sent; empty where it sent no key
     */
    public Optional<ClientKey> administrator(Optional<String> presented) {
        Optional<String> operator = written.operator();
        if (operator.isPresent()) {
            if (presented.map(Accounts::hash).equals(operator)) {
                return Optional.of(OPERATOR);
            }
            return presented.flatMap(this::find).filter(key -> key.rights().admin());
        }
        return identify(presented).filter(key -> key.rights().admin());
    }

    private Optional<ClientKey> find(String presented) {
        Optional<ClientKey> made = findIssued(presented);
        return made.isPresent() ? made : findWritten(presented);
    }

    private Optional<ClientKey> findWritten(String presented) {
        return written.find(presented)
                .filter(key -> key.expires().isEmpty()
                        || clock.instant().isBefore(key.expires().get()))
                .map(WrittenKey::key);
    }

    private Optional<ClientKey> findIssued(String presented) {
        return issued.find(presented)
                .filter(door -> door.issued().isLive(clock.instant())
                        && door.credential().isLive(clock.instant()))
                .map(door -> door.issued().key());
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
