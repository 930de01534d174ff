package dev.sluice.time;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RepeatingTest {
    private final CountDownLatch three = new CountDownLatch(3);

    @Test
    void aTimeThatFailsDoesNotEndIt() throws InterruptedException {
        try (Repeating _ = Repeating.every(Duration.ofMillis(1), "test", () -> {
            three.countDown();
            throw new IllegalStateException("as often as it is tried");
        })) {
            assertThat(three.await(10, SECONDS)).isTrue();
        }
    }

    @Test
    void closingInterruptsTheTimeUnderWay() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Repeating repeating = Repeating.every(Duration.ZERO, "test", () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException _) {
                interrupted.countDown();
                Thread.currentThread().interrupt();
            }
        });
        assertThat(begun.await(10, SECONDS)).isTrue();
        repeating.close();
        assertThat(interrupted.await(10, SECONDS)).isTrue();
    }
}
