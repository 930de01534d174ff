package dev.sluice.store.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.account.Accounts;
import dev.sluice.account.ClientKey;
import dev.sluice.account.KeyStore;
import dev.sluice.account.Pepper;
import dev.sluice.account.UnknownKeyException;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    @TempDir
    private Path data;

    private KeyFile file() {
        return file(Optional.empty());
    }

    private KeyFile file(Optional<Pepper> pepper) {
        return new KeyFile(data, pepper, Set.of("scout"), InstantSource.system());
    }

    private static KeyStore.Order order(String name) {
        return new KeyStore.Order(
                name,
                new ClientKey.Owner("acme", "team", "kim", "premium", "nightly"),
                new ClientKey.Rights(List.of("deepseek*", "qwen3"), true, false),
                Optional.of(Duration.ofDays(90)));
    }

    @Test
    void whatIsReadIsWhatWasMade() throws IOException {
        KeyStore.Made made = file().create(order("app"));
        assertThat(made.secret().reveal()).matches("sk-sluice-[\\w-]{43}");
        assertThat(file().keys().keys()).containsExactly(made.issued());
        KeyStore.Made rotated = file().rotate(made.issued().key().id(), Duration.ofHours(2));
        assertThat(file().keys().keys()).containsExactly(rotated.issued());
        assertThat(file().keys().keys()).doesNotContain(made.issued());
        assertThat(file().revoke(made.issued().key().id()).revoked()).isPresent();
        assertThat(file().keys().find(made.issued().key().id()).orElseThrow().revoked())
                .isPresent();
    }

    @Test
    void aKeyThatIsNotThereIsToldAsSuchAlsoWhereThereIsNoneAtAll() throws IOException {
        assertThatThrownBy(() -> file().rotate("key_0", Duration.ZERO)).isInstanceOf(UnknownKeyException.class);
        assertThatThrownBy(() -> file().revoke("key_0")).isInstanceOf(UnknownKeyException.class);
        file().create(order("app"));
        assertThatThrownBy(() -> file().revoke("key_0")).isInstanceOf(UnknownKeyException.class);
    }

    @Test
    void theFilesHoldNoSecretAndNobodyElseReadsThem() throws IOException { // A18
        KeyStore.Made made = file().create(order("app"));
        String secret = made.secret().reveal();
        try (Stream<Path> files = Files.list(data)) {
            for (Path each : files.toList()) {
                assertThat(Files.readString(each)).doesNotContain(secret, Accounts.hash(secret));
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                        .isEqualTo("rw-------");
            }
        }
        assertThat(made.toString()).doesNotContain(secret);
    }

    @Test
    void withoutItsPepperTheStoreOpensNothing() throws IOException { // A18
        file().create(order("app"));
        Files.delete(data.resolve("keys.pepper"));
        assertThatThrownBy(() -> file().load()).hasMessageContaining("pepper keys.pepper is missing");
        assertThatThrownBy(() ->
                        file(Optional.of(new Pepper("another pepper entirely"))).load())
                .hasMessageContaining("another pepper");
    }

    @Test
    void aPepperFromElsewhereIsNotWrittenDown() throws IOException {
        file(Optional.of(new Pepper("from the environment"))).create(order("app"));
        assertThat(data.resolve("keys.pepper")).doesNotExist();
    }

    @Test
    void aNameOfTheSettingsIsTaken() {
        assertThatThrownBy(() -> file().create(order("scout"))).hasMessageContaining("taken by a key of the settings");
    }

    @Test
    void manyAtOnceLoseNothing() throws Exception {
        List<Thread> makers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String name = "app" + i;
            makers.add(Thread.ofVirtual().start(() -> {
                try {
                    file().create(order(name));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (Thread maker : makers) {
            maker.join();
        }
        assertThat(file().keys().keys()).hasSize(16);
    }

    @Test
    void aDamagedFileKeepsTheKeysOfBeforeAndAMendedOneIsTakenUp() throws IOException {
        file().create(order("first"));
        List<Integer> seen = new ArrayList<>();
        try (KeyWatch _ = KeyWatch.start(file(), loaded -> {
            synchronized (seen) {
                seen.add(loaded.ring().keys().size());
            }
        })) {
            byte[] good = Files.readAllBytes(data.resolve("keys.json"));
            Files.writeString(data.resolve("keys.json"), "{\"version\": 1, \"keys\": [");
            assertThatThrownBy(() -> file().create(order("second"))).hasMessageContaining("cannot be used");
            Files.write(data.resolve("keys.json"), good);
            file().create(order("second"));
            TestGateway.await("the second key is seen", () -> {
                synchronized (seen) {
                    return seen.contains(2);
                }
            });
            synchronized (seen) {
                assertThat(seen).doesNotContain(0);
            }
        }
    }

    @Test
    void aDamagedFileStopsTheStart() throws IOException {
        file().create(order("first"));
        Files.writeString(data.resolve("keys.json"), "{}");
        assertThatThrownBy(() -> KeyWatch.start(file(), _ -> {})).hasMessageContaining("keys.json cannot be used");
    }
}
