package dev.sluice.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Pepper PEPPER = new Pepper("a pepper of some length");

    private static IssuedKey key(String id, String name, String tenant) {
        return new IssuedKey(
                new ClientKey(id, name, new ClientKey.Owner(tenant, "", "", "", ""), ClientKey.Rights.PLAIN),
                NOW,
                Optional.empty(),
                Optional.empty(),
                List.of(new IssuedKey.Credential(PEPPER.hash("sk-sluice-" + id), Optional.empty())));
    }

    private static Accounts accounts(KeyRing ring, Instant at) {
        Accounts accounts = new Accounts(List.of(), Optional.empty(), () -> at);
        accounts.use(ring, PEPPER);
        return accounts;
    }

    private static Optional<String> who(KeyRing ring, Instant at, String secret) {
        return accounts(ring, at).identify(Optional.of(secret)).map(ClientKey::id);
    }

    @Test
    void theOldSecretIsGoodUntilTheOverlapIsOver() {
        KeyRing ring = KeyRing.EMPTY
                .with(key("k1", "app", "t"), NOW)
                .rotated("k1", PEPPER.hash("sk-sluice-new"), NOW, Duration.ofHours(1));
        assertThat(who(ring, NOW, "sk-sluice-k1")).contains("k1");
        assertThat(who(ring, NOW, "sk-sluice-new")).contains("k1");
        assertThat(who(ring, NOW.plusSeconds(3600), "sk-sluice-k1")).isEmpty();
        assertThat(who(ring, NOW.plusSeconds(3600), "sk-sluice-new")).contains("k1");
    }

    @Test
    void aSecondRotationGivesTheFirstSecretNoLongerLife() {
        KeyRing ring = KeyRing.EMPTY
                .with(key("k1", "app", "t"), NOW)
                .rotated("k1", PEPPER.hash("sk-sluice-2"), NOW, Duration.ofHours(1))
                .rotated("k1", PEPPER.hash("sk-sluice-3"), NOW, Duration.ofHours(9));
        assertThat(who(ring, NOW.plusSeconds(3601), "sk-sluice-k1")).isEmpty();
        assertThat(who(ring, NOW.plusSeconds(3601), "sk-sluice-2")).contains("k1");
    }

    @Test
    void withoutOverlapTheOldSecretIsOverAtOnce() {
        KeyRing ring = KeyRing.EMPTY
                .with(key("k1", "app", "t"), NOW)
                .rotated("k1", PEPPER.hash("sk-sluice-2"), NOW, Duration.ZERO);
        assertThat(who(ring, NOW, "sk-sluice-k1")).isEmpty();
    }

    @Test
    void aKeyThatIsNotThereIsAnotherMistakeThanAWrongOrder() {
        KeyRing ring = KeyRing.EMPTY.with(key("k1", "app", "t"), NOW);
        assertThatThrownBy(() -> ring.rotated("k2", "hash", NOW, Duration.ZERO))
                .isInstanceOf(UnknownKeyException.class);
        assertThatThrownBy(() -> ring.revoked("k2", NOW)).isInstanceOf(UnknownKeyException.class);
        assertThatThrownBy(() -> ring.revoked("k1", NOW).rotated("k1", "hash", NOW, Duration.ZERO))
                .isInstanceOf(UnknownKeyException.class);
        assertThatThrownBy(() -> ring.rotated("k1", "hash", NOW, Duration.ofDays(101)))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(UnknownKeyException.class);
    }

    @Test
    void whoHadKeysOnceDoesNotBecomeOpenWhenTheyAreOver() {
        KeyRing ring = KeyRing.EMPTY.with(key("k1", "app", "t"), NOW).revoked("k1", NOW);
        assertThat(accounts(ring, NOW).isOpen()).isFalse();
        assertThat(accounts(ring, NOW).identify(Optional.empty())).isEmpty();
        assertThat(who(ring, NOW, "sk-sluice-k1")).isEmpty();
        assertThat(accounts(KeyRing.EMPTY, NOW).isOpen()).isTrue();
    }

    @Test
    void aNameNeverComesToMeanAnotherTenant() { // T33: repeated calls and reports go by names
        KeyRing ring = KeyRing.EMPTY.with(key("k1", "app", "acme"), NOW);
        assertThatThrownBy(() -> ring.with(key("k2", "app", "acme"), NOW)).hasMessageContaining("taken");
        KeyRing over = ring.revoked("k1", NOW);
        assertThat(over.with(key("k2", "app", "acme"), NOW).keys()).hasSize(2);
        assertThatThrownBy(() -> over.with(key("k2", "app", "other"), NOW)).hasMessageContaining("taken");
    }

    @Test
    void aKeyOfTheSettingsEndsWhenItExpires() {
        WrittenKey written = new WrittenKey(
                Accounts.hash("secret"),
                new ClientKey("w", "w", ClientKey.Owner.NOBODY, ClientKey.Rights.PLAIN),
                Optional.of(NOW),
                false);
        assertThat(new Accounts(List.of(written), Optional.empty(), () -> NOW.minusNanos(1))
                        .identify(Optional.of("secret")))
                .isPresent();
        assertThat(new Accounts(List.of(written), Optional.empty(), () -> NOW).identify(Optional.of("secret")))
                .isEmpty();
    }

    @Test
    void theOperatorsKeyAdministratesAndCallsNothing() {
        Accounts accounts = new Accounts(List.of(), Optional.of(Accounts.hash("boss")), () -> NOW);
        assertThat(accounts.administrator(Optional.of("boss"))).isPresent();
        assertThat(accounts.administrator(Optional.empty())).isEmpty();
        accounts.use(KeyRing.EMPTY.with(key("k1", "app", "t"), NOW), PEPPER);
        assertThat(accounts.identify(Optional.of("boss"))).isEmpty();
        assertThat(accounts.administrator(Optional.of("sk-sluice-k1"))).isEmpty();
    }
}
