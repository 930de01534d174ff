package dev.sluice.pipeline.money;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AskingsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Askings askings = new Askings();

    @Test
    void nobodyIsAskedAgainBeforeTwiceTheTimeOfBeforeAndOnceAnHourAtLeast() {
        assertThat(IntStream.rangeClosed(1, 9).mapToObj(Askings::pause).map(Duration::toMinutes))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
        assertThat(Askings.pause(Integer.MAX_VALUE)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void eachAttemptHasItsOwnTimesAndIsForgottenOnceItIsResolved() {
        askings.note("a", NOON);
        assertThat(askings.isDue("a", NOON.plusSeconds(59))).isFalse();
        assertThat(askings.isDue("a", NOON.plusSeconds(60))).isTrue();
        assertThat(askings.isDue("b", NOON)).isTrue();
        askings.note("a", NOON.plusSeconds(60));
        assertThat(askings.isDue("a", NOON.plusSeconds(120))).isFalse();
        askings.keep(List.of("b"));
        assertThat(askings.isDue("a", NOON.plusSeconds(60))).isTrue();
    }
}
