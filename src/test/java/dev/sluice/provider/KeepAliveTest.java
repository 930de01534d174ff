package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private static Duration told(String header) {
        return KeepAlive.told(Optional.of(header));
    }

    @Test
    void theProvidersOwnTimeCounts() {
        assertThat(told("timeout=5")).isEqualTo(Duration.ofSeconds(5));
        assertThat(told("max=100, Timeout=75")).isEqualTo(Duration.ofSeconds(75));
        assertThat(told("timeout=0; max=1")).isEqualTo(Duration.ZERO);
    }

    @Test
    void whatMakesNoSenseIsNothing() {
        assertThat(KeepAlive.told(Optional.empty())).isEqualTo(KeepAlive.USUAL);
        for (String odd : new String[] {"", "timeout=", "timeout=-1", "notimeout=5", "timeout=999999999999"}) {
            assertThat(told(odd)).isEqualTo(KeepAlive.USUAL);
        }
    }
}
