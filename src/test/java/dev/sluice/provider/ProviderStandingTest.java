package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limit.Breaker;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.time.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProviderStandingTest {
    private final HandTicker ticker = new HandTicker();
    private final Standing standing = new Standing(BreakerConfig.DEFAULT, ticker);

    @Test
    void anAbsenceEndsByItself() {
        standing.leaveFor(Standing.Reason.COOLING_DOWN, Duration.ofSeconds(42));
        assertThat(standing.obstacle("m")).contains("cooling_down");
        assertThat(standing.untilHope("m")).contains(Duration.ofSeconds(42));
        ticker.advance(Duration.ofSeconds(42));
        assertThat(standing.obstacle("m")).isEmpty();
    }

    @Test
    void theLongerAbsenceHolds() { // F08
        standing.leaveFor(Standing.Reason.COOLING_DOWN, Duration.ofSeconds(40));
        standing.leaveFor(Standing.Reason.COOLING_DOWN, Duration.ofSeconds(5));
        ticker.advance(Duration.ofSeconds(39));
        assertThat(standing.reason()).isEqualTo(Standing.Reason.COOLING_DOWN);
        standing.leaveFor(Standing.Reason.QUOTA_SPENT, Duration.ofSeconds(300));
        ticker.advance(Duration.ofSeconds(2));
        assertThat(standing.reason()).isEqualTo(Standing.Reason.QUOTA_SPENT);
    }

    @Test
    void whatNeedsAProbeIsNotEndedByAnyClock() {
        standing.leave(Standing.Reason.CREDIT_EXHAUSTED);
        standing.leaveFor(Standing.Reason.COOLING_DOWN, Duration.ofSeconds(1));
        ticker.advance(Duration.ofDays(400));
        assertThat(standing.obstacle("m")).contains("credit_exhausted");
        assertThat(standing.untilHope("m")).isEmpty();
        standing.comeBack();
        assertThat(standing.obstacle("m")).isEmpty();
    }

    @Test
    void noBalanceHidesThatTheKeyWasRefused() { // check 142
        standing.leave(Standing.Reason.KEY_REFUSED);
        standing.leave(Standing.Reason.CREDIT_EXHAUSTED);
        assertThat(standing.reason()).isEqualTo(Standing.Reason.KEY_REFUSED);
    }

    @Test
    void aMissingModelConcernsOnlyItself() { // F04
        standing.leaveModelFor("gone", Duration.ofHours(1));
        assertThat(standing.isMissing("gone")).isTrue();
        assertThat(standing.isMissing("here")).isFalse();
        ticker.advance(Duration.ofHours(1));
        assertThat(standing.isMissing("gone")).isFalse();
    }

    @Test
    void anOpenBreakerConcernsOnlyItsModel() { // F04
        for (int i = 0; i < 5; i++) {
            standing.enter("bad").ifPresent(Breaker.Permit::failed);
        }
        assertThat(standing.obstacle("bad")).contains("breaker_open");
        assertThat(standing.obstacle("good")).isEmpty();
        assertThat(standing.worstBreaker()).isEqualTo("open");
        assertThat(standing.untilHope("bad")).contains(Duration.ofSeconds(30));
    }

    @Test
    void oneFailureAtTheStartOpensNothing() { // F12
        standing.enter("m").ifPresent(Breaker.Permit::failed);
        assertThat(standing.obstacle("m")).isEmpty();
    }

    @Test
    void madeUpNamesShareOneEntryInTheEnd() {
        for (int i = 0; i < 5_000; i++) {
            standing.rememberLack("made-up-" + i, "tools");
        }
        assertThat(standing.lacks("made-up-4", "tools")).isTrue();
        assertThat(standing.lacks("made-up-4", "images")).isFalse();
    }
}
