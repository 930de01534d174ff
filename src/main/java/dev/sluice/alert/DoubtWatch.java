package dev.sluice.alert;

import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import dev.sluice.model.Money;
import java.util.function.Supplier;

/** Looks how much money hangs on attempts in doubt. */
public final class DoubtWatch {
    private final Supplier<Money> inDoubt;
    private final Money limit;
    private final Alarm alarm;

    /** @param inDoubt the sum of the bounds of attempts in doubt; may block */
    public DoubtWatch(Supplier<Money> inDoubt, Money limit, Alarm alarm) {
        this.inDoubt = inDoubt;
        this.limit = limit;
        this.alarm = alarm;
    }

    /** Looks now. */
    public void look() {
        Money now = inDoubt.get();
        if (now.compareTo(limit) > 0) {
            alarm.raise(new Alert.InDoubtGrowth(now, limit));
        }
    }
}
