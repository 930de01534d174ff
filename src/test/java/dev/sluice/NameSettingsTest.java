package dev.sluice;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsFile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What has a name of its own needs one, and a name is that of one. */
class NameSettingsTest {
    private static final Environment NOTHING = new Environment(Map.of());

    private static Settings read(String text) {
        return SettingsReader.read("my.yaml", SettingsFile.parse("my.yaml", text, NOTHING::get), NOTHING);
    }

    @Test
    void oneNameForTwoKeysIsRefused() {
        assertThatThrownBy(() -> read("keys:\n  - {name: a, key: one}\n  - {name: b, key: two}\n  - name: a\n    key: three\n"))
                .hasMessage("my.yaml:4: keys[2].name: there is another key 'a'; give each a name of its own, because logs,"
                        + " reports and budgets go by it");
    }
}
