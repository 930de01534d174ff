package dev.sluice.alert;

import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import dev.sluice.model.Money;
import java.time.Duration;
import java.util.function.Supplier;

/** Looks now and then how much money hangs on attempts in doubt. */
public final class DoubtWatch implements AutoCloseable {
    private final Supplier<Money> inDoubt;
    private final Money limit;
    private final Alarm alarm;
    private final Duration period;
    private final Thread thread;

    /** @param inDoubt the sum of the bounds of attempts in doubt of the last day; may block */
    public DoubtWatch(Supplier<Money> inDoubt, Money limit, Alarm alarm, Duration period) {
        this.inDoubt = inDoubt;
        this.limit = limit;
        this.alarm = alarm;
        this.period = period;
        this.thread = Thread.ofVirtual().name("doubt-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(period); // Not at once: a start has better things to do with the disk.
                look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        Money now = inDoubt.get();
        if (now.compareTo(limit) > 0) {
            alarm.raise(new Alert.InDoubtGrowth(now, limit));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
