package dev.sluice.store.keys;

import dev.sluice.account.ClientKey;
import dev.sluice.account.FreshKey;
import dev.sluice.account.IssuedKey;
import dev.sluice.account.KeyRing;
import dev.sluice.account.KeyStore;
import dev.sluice.account.Pepper;
import dev.sluice.account.UnknownKeyException;
import dev.sluice.store.DataFolder;
import dev.sluice.store.FileStamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The keys made here, in a file of the data folder that holds only their keyed hashes. The pepper that goes into them
 * lies in a file of its own, or in the environment. Changed as a whole under a lock, so that a command may change it
 * beside a running gateway. Thread-safe.
 */
public final class KeyFile implements KeyStore {
    private static final String KEYS = "keys.json";
    private static final String PEPPER = "keys.pepper";
    private static final int PEPPER_BYTES = 32;

    private final Path folder;
    private final Optional<Pepper> given;
    private final Supplier<Set<String>> taken;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param folder the data folder; made when the first key is
     * @param given a pepper from elsewhere, in place of the one in the folder
     * @param taken names that no key made here may have
     */
    public KeyFile(Path folder, Optional<Pepper> given, Set<String> taken, InstantSource clock) {
        this(folder, given, () -> taken, clock);
    }

    /** The same where these names may change; they are asked for anew each time. */
    public KeyFile(Path folder, Optional<Pepper> given, Supplier<Set<String>> taken, InstantSource clock) {
        this.folder = folder;
        this.given = given;
        this.taken = taken;
        this.clock = clock;
    }

    /** What the file holds. */
    public record Loaded(KeyRing ring, Pepper pepper) {}

    /**
     * Reads the whole file.
     *
     * @return empty where no key has ever been made
     * @throws IOException where the file is damaged or its pepper is not at hand, with a sentence for the operator
     */
    public Optional<Loaded> load() throws IOException {
        Path file = folder.resolve(KEYS);
        byte[] text;
        try {
            text = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        try {
            KeyText.Page page = KeyText.read(text);
            Pepper pepper = pepper().orElseThrow(() -> new IOException("its pepper " + PEPPER + " is missing"));
            if (!pepper.mark().equals(page.mark())) {
                throw new IOException("its hashes were made with another pepper than the one at hand");
            }
            return Optional.of(new Loaded(page.ring(), pepper));
        } catch (IOException wrong) {
            throw new IOException("the key store " + file + " cannot be used: " + wrong.getMessage(), wrong);
        }
    }

    private Optional<Pepper> pepper() throws IOException {
        if (given.isPresent()) {
            return given;
        }
        try {
            return Optional.of(new Pepper(Files.readString(folder.resolve(PEPPER))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IllegalArgumentException damaged) {
            throw new IOException(damaged.getMessage(), damaged);
        }
    }

    /** Empty where there is no file. */
    Optional<FileStamp> stamp() throws IOException {
        return FileStamp.of(folder.resolve(KEYS));
    }

    @Override
    public KeyRing keys() throws IOException {
        return load().map(Loaded::ring).orElse(KeyRing.EMPTY);
    }

    @Override
    public Made create(Order order) throws IOException {
        if (taken.get().contains(order.name())) {
            throw new IllegalArgumentException("the name '" + order.name() + "' is taken by a key of the settings");
        }
        DataFolder.makeFolder(folder);
        try (FolderLock _ = FolderLock.take(folder)) {
            Loaded now = loadOrBegin();
            FreshKey fresh = FreshKey.make(random);
            Instant created = clock.instant();
            IssuedKey issued = new IssuedKey(
                    new ClientKey(fresh.id(), order.name(), order.owner(), order.rights()),
                    created,
                    order.life().map(created::plus),
                    Optional.empty(),
                    List.of(credential(now.pepper(), fresh)));
            save(now.ring().with(issued, created), now.pepper());
            return new Made(issued, fresh.secret());
        }
    }

    private static IssuedKey.Credential credential(Pepper pepper, FreshKey fresh) {
        return new IssuedKey.Credential(pepper.hash(fresh.secret().reveal()), Optional.empty());
    }

    @Override
    public Made rotate(String id, Duration overlap) throws IOException {
        try (FolderLock _ = FolderLock.take(folder)) {
            Loaded now = known(id);
            FreshKey fresh = FreshKey.make(random);
            String hash = now.pepper().hash(fresh.secret().reveal());
            KeyRing ring = now.ring().rotated(id, hash, clock.instant(), overlap);
            save(ring, now.pepper());
            return new Made(ring.find(id).orElseThrow(), fresh.secret());
        }
    }

    @Override
    public IssuedKey revoke(String id) throws IOException {
        try (FolderLock _ = FolderLock.take(folder)) {
            Loaded now = known(id);
            KeyRing ring = now.ring().revoked(id, clock.instant());
            save(ring, now.pepper());
            return ring.find(id).orElseThrow();
        }
    }

    private Loaded known(String id) throws IOException {
        return load().orElseThrow(() -> new UnknownKeyException("there is no key '" + id + "'"));
    }

    private Loaded loadOrBegin() throws IOException {
        Optional<Loaded> now = load();
        if (now.isPresent()) {
            return now.get();
        }
        Optional<Pepper> old = pepper();
        return new Loaded(KeyRing.EMPTY, old.isPresent() ? old.get() : newPepper());
    }

    private Pepper newPepper() throws IOException {
        byte[] bytes = new byte[PEPPER_BYTES];
        random.nextBytes(bytes);
        String text = HexFormat.of().formatHex(bytes);
        DataFolder.write(folder.resolve(PEPPER), text.getBytes(StandardCharsets.UTF_8));
        return new Pepper(text);
    }

    private void save(KeyRing ring, Pepper pepper) throws IOException {
        DataFolder.replace(folder.resolve(KEYS), KeyText.write(new KeyText.Page(pepper.mark(), ring)));
    }
}
