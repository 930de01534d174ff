package dev.sluice.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.time.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final HandTicker ticker = new HandTicker();
    private final RateLimit limit = new RateLimit(60, ticker);

    @Test
    void admitsAMinutesWorthAtOnceAndNotOneMore() { // B26
        for (int i = 0; i < 60; i++) {
            assertThat(limit.take()).isZero();
        }
        assertThat(limit.take()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void saysTrulyWhenTheNextCallMayGo() {
        for (int i = 0; i < 60; i++) {
            limit.take();
        }
        long wait = limit.take();
        ticker.advance(Duration.ofNanos(wait - 1));
        assertThat(limit.take()).isPositive();
        ticker.advance(Duration.ofNanos(1));
        assertThat(limit.take()).isZero();
    }

    @Test
    void countsDownWhatRemains() {
        limit.take();
        limit.take();
        assertThat(limit.remaining()).isEqualTo(58);
        ticker.advance(Duration.ofSeconds(1));
        assertThat(limit.remaining()).isEqualTo(59);
    }

    @Test
    void doesNotSaveUpMoreThanOneMinutesWorth() {
        ticker.advance(Duration.ofHours(5));
        for (int i = 0; i < 60; i++) {
            assertThat(limit.take()).isZero();
        }
        assertThat(limit.take()).isPositive();
    }
}
