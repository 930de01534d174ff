package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SharedBudgets;
import dev.sluice.config.SettingsFile;
import dev.sluice.testing.RealRedis;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the settings say about budgets that several gateways share. */
class SharedSettingsTest {
    private static final String SANDBOX = "providers:\n  sandbox: {}\n";

    private static Settings read(String text) {
        return SettingsReader.read(
                "my.yaml",
                SettingsFile.parse("my.yaml", SANDBOX + text, _ -> Optional.empty()),
                new Environment(Map.of()));
    }

    private static SharedSettings shared(String text) {
        return read(text).shared().orElseThrow();
    }

    @Test
    void nothingIsSharedWhereNoServerIsNamed() {
        assertThat(read("").shared()).isEmpty();
        assertThat(read("shared: {redis: \"\", name: sluice}\n").shared()).isEmpty();
    }

    @Test
    void aServerIsToldInWordsWithoutItsPassword() {
        SharedSettings shared = shared("shared: {redis: \"rediss://me:s3cret@cache.example:6380/2\"}\n");
        assertThat(shared.describe()).isEqualTo("through rediss://cache.example:6380/2 under the name 'sluice'");
        assertThat(shared.toString()).doesNotContain("s3cret");
        assertThat(shared.redis().password()).isEqualTo("s3cret");
        assertThat(shared.redis().user()).isEqualTo("me");
    }

    @Test
    void aMistakeIsToldWithItsPlaceAndWithoutAPassword() {
        assertThatThrownBy(() -> read("shared:\n  redis: \"redis//:s3cret@cache\"\n"))
                .hasMessageStartingWith("my.yaml:4: shared.redis: must look like redis://host:6379")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> read("shared:\n  redis: redis://cache\n  name: My Shop\n"))
                .hasMessageContaining("my.yaml:5: shared.name: must be lower-case letters");
        assertThatThrownBy(() -> read("shared:\n  gateway: east\n"))
                .hasMessageContaining("my.yaml:4: shared.gateway: is of no use without 'redis'");
        assertThatThrownBy(() -> read("booking: false\nshared:\n  redis: redis://cache\n"))
                .hasMessageContaining("shared.redis: shared budgets need a ledger");
        assertThatThrownBy(() -> read("shared:\n  reddis: redis://cache\n"))
                .hasMessageContaining("did you mean 'redis'?");
    }

    @Test
    void anotherServerWaitsForARestart() {
        assertThat(SettingsChanges.waiting(read(""), read("shared: {redis: \"redis://cache\"}\n")))
                .containsExactly("shared");
    }

    @Test
    void aCheckSaysWhetherTheServerAnswers() {
        try (RealRedis redis = RealRedis.start("requirepass s3cret")) {
            String right = "redis://:s3cret@127.0.0.1:" + redis.port();
            assertThat(SharedBudgets.look(shared("shared: {redis: \"" + right + "\"}\n")))
                    .isEqualTo("it answers");
            assertThat(SharedBudgets.look(shared("shared: {redis: \"" + redis.address() + "\"}\n")))
                    .contains("cannot be reached now (NOAUTH");
            redis.stop();
            assertThat(SharedBudgets.look(shared("shared: {redis: \"" + right + "\"}\n")))
                    .contains("cannot be reached now")
                    .doesNotContain("s3cret");
        }
    }
}
