package dev.sluice.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RightKeysTest {
    private final RightKeys<String> keys = new RightKeys<>();
    private final List<String> lookedUp = new ArrayList<>();

    private Optional<String> find(String presented) {
        return keys.find(presented, key -> {
            lookedUp.add(key);
            return key.startsWith("right") ? Optional.of("the owner of " + key) : Optional.empty();
        });
    }

    @Test
    void aRightKeyIsLookedUpOnce() {
        assertThat(find("right")).contains("the owner of right");
        assertThat(find("right")).contains("the owner of right");
        assertThat(lookedUp).containsExactly("right");
    }

    @Test
    void aWrongKeyIsLookedUpEachTime() {
        assertThat(find("wrong")).isEmpty();
        assertThat(find("wrong")).isEmpty();
        assertThat(lookedUp).containsExactly("wrong", "wrong");
    }

    @Test
    void twoKeysOfOnePlaceAreNotTakenForEachOther() {
        String one = "right Aa";
        String other = "right BB";
        assertThat(one.hashCode()).isEqualTo(other.hashCode());
        assertThat(find(one)).contains("the owner of right Aa");
        assertThat(find(other)).contains("the owner of right BB");
        assertThat(find(one)).contains("the owner of right Aa");
        assertThat(find(one + "x")).contains("the owner of right Aax");
    }
}
