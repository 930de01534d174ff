package dev.sluice.dialect.ollama.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GoDurationTest {

    @Test
    void readsGosDurations() { // check 37
        assertThat(GoDuration.nanos("1h30m")).isEqualTo(5_400_000_000_000L);
        assertThat(GoDuration.nanos("-1.5s")).isEqualTo(-1_500_000_000L);
        assertThat(GoDuration.nanos("0")).isZero();
        assertThatThrownBy(() -> GoDuration.nanos("soon")).hasMessage("time: invalid duration \"soon\"");
    }
}
