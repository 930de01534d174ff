package dev.sluice.job.run;

import dev.sluice.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A wish that running jobs come to an end: rows under way end, no other is begun. Cannot be taken back. Thread-safe. */
public final class Stop {
    private final CountDownLatch wish = new CountDownLatch(1);

    /** Wakes whoever waits in {@link #pause}; the second time does nothing. */
    public void request() {
        wish.countDown();
    }

    public boolean requested() {
        return wish.getCount() == 0;
    }

    /** Waits for the time to pass, or for the wish. */
    void pause(Duration time) throws InterruptedException {
        if (wish.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            return;
        }
    }

    /** A moment, to which one can count down. */
    record Deadline(Ticker ticker, long atNanos) {
        static Deadline in(Duration time, Ticker ticker) {
            return new Deadline(ticker, ticker.nanos() + time.toNanos());
        }

        boolean isOver() {
            return ticker.nanos() - atNanos >= 0;
        }

        boolean isOverIn(Duration time) {
            return ticker.nanos() + time.toNanos() - atNanos >= 0;
        }
    }
}
