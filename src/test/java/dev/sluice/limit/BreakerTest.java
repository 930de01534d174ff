package dev.sluice.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.time.HandTicker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final HandTicker ticker = new HandTicker();
    private final Breaker breaker = new Breaker(BreakerConfig.DEFAULT, ticker);

    @Test
    void staysClosedAfterOneFailureOfOneCall() { // F12
        fail(1);
        assertThat(breaker.name()).isEqualTo("closed");
    }

    @Test
    void opensAfterFiveFailuresAmongTheLastTenCalls() {
        fail(4);
        succeed(5);
        fail(1);
        assertThat(breaker.name()).isEqualTo("open");
        assertThat(breaker.enter()).isEmpty();
    }

    @Test
    void staysClosedWhenTheFailuresAreOlderThanTheWindow() {
        fail(4);
        ticker.advance(Duration.ofSeconds(31));
        fail(1);
        assertThat(breaker.name()).isEqualTo("closed");
    }

    @Test
    void neverCountsACallThatIsReleased() {
        for (int i = 0; i < 50; i++) {
            breaker.enter().orElseThrow().released();
        }
        assertThat(breaker.name()).isEqualTo("closed");
    }

    @Test
    void letsExactlyOneProbeThroughWhenItsTimeIsOver() throws InterruptedException { // F09
        fail(5);
        ticker.advance(Duration.ofSeconds(30));
        AtomicInteger admitted = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        Thread[] callers = new Thread[64];
        for (int i = 0; i < callers.length; i++) {
            callers[i] = Thread.ofVirtual().start(() -> {
                awaitQuietly(start);
                breaker.enter().ifPresent(_ -> admitted.incrementAndGet());
            });
        }
        start.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(admitted).hasValue(1);
    }

    @Test
    void givesTheProbesPlaceBackWhenTheProbeIsCancelled() { // F10
        fail(5);
        ticker.advance(Duration.ofSeconds(30));
        breaker.enter().orElseThrow().released();
        assertThat(breaker.enter()).isPresent();
    }

    @Test
    void closesAfterAGoodProbeAndDoublesItsTimeAfterABadOne() {
        fail(5);
        ticker.advance(Duration.ofSeconds(30));
        breaker.enter().orElseThrow().failed();
        ticker.advance(Duration.ofSeconds(59));
        assertThat(breaker.enter()).isEmpty();
        ticker.advance(Duration.ofSeconds(1));
        breaker.enter().orElseThrow().succeeded();
        assertThat(breaker.name()).isEqualTo("closed");
    }

    @Test
    void neverStaysOpenLongerThanTheLongestTime() {
        fail(5);
        for (int i = 0; i < 30; i++) {
            ticker.advance(Duration.ofMinutes(10));
            breaker.enter().orElseThrow().failed();
        }
        assertThat(breaker.nanosUntilProbe()).isEqualTo(Duration.ofMinutes(10).toNanos());
    }

    @Test
    void ignoresACallThatBeganBeforeItOpened() {
        Breaker.Permit old = breaker.enter().orElseThrow();
        fail(5);
        ticker.advance(Duration.ofSeconds(30));
        Breaker.Permit probe = breaker.enter().orElseThrow();
        old.succeeded();
        assertThat(breaker.name()).isEqualTo("half_open");
        probe.failed();
        assertThat(breaker.name()).isEqualTo("open");
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.enter().orElseThrow().failed();
        }
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            breaker.enter().orElseThrow().succeeded();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
