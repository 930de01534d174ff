package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is opened ahead is closed whatever happens, and says why it cannot be had. */
class EarlyStartTest {
    private final AtomicInteger closed = new AtomicInteger();

    private Closeable thing() {
        return closed::incrementAndGet;
    }

    @Test
    void itIsHandedOverAndClosed() throws IOException {
        Closeable thing = thing();
        EarlyStart<Closeable> start = EarlyStart.begin("test", () -> thing);
        assertThat(start.await()).isSameAs(thing);
        start.close();
        assertThat(closed).hasValue(1);
    }

    @Test
    void aReasonIsToldAsItIs() {
        EarlyStart<Closeable> full = EarlyStart.begin("test", () -> {
            throw new IOException("the disk is full");
        });
        assertThatIOException().isThrownBy(full::await).withMessage("the disk is full");
        EarlyStart<Closeable> wrong = EarlyStart.begin("test", () -> {
            throw new IllegalStateException("a mistake of ours");
        });
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(wrong::await)
                .withMessage("a mistake of ours");
    }

    @Test
    void whatNeverOpenedNeedsNoClosing() throws IOException {
        EarlyStart<Closeable> start = EarlyStart.begin("test", () -> {
            throw new IOException("no");
        });
        start.close();
        assertThat(closed).hasValue(0);
    }

    @Test
    void whoIsInterruptedInTheMeantimeStillClosesIt() throws IOException {
        CountDownLatch slow = new CountDownLatch(1);
        EarlyStart<Closeable> start = EarlyStart.begin("test", () -> {
            slow.await();
            return thing();
        });
        Thread.currentThread().interrupt();
        assertThatIOException().isThrownBy(start::await).withMessageContaining("stopped");
        slow.countDown();
        start.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(closed).hasValue(1);
    }
}
