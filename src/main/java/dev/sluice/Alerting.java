package dev.sluice;

import dev.sluice.alert.AlertConfig;
import dev.sluice.alert.AlertLog;
import dev.sluice.alert.Alerts;
import dev.sluice.alert.DoubtWatch;
import dev.sluice.alert.Sink;
import dev.sluice.alert.Webhook;
import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.report.Reports;
import dev.sluice.metric.Meters;
import dev.sluice.model.Money;
import dev.sluice.store.alerts.AlertFile;
import dev.sluice.time.ClockSense;
import dev.sluice.time.Repeating;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Alerts and whoever raises them off the road of calls. */
final class Alerting implements Closeable {
    private static final int MOST_LOOKED_AT = 10_000;
    private static final Duration DOUBT_PERIOD = Duration.ofMinutes(5);

    private final AlertConfig config;
    private final Alerts alerts;
    private final Closer opened;

    private Alerting(AlertConfig config, Alerts alerts, Closer opened) {
        this.config = config;
        this.alerts = alerts;
        this.opened = opened;
    }

    /** @param data the folder of what was told; empty where nothing is kept, so that a restart tells it again */
    static Alerting start(AlertConfig config, Meters meters, InstantSource clock, Optional<Path> data) {
        Closer opened = new Closer();
        Optional<AlertFile> file = data.map(AlertFile::open);
        file.ifPresent(opened::add);
        Sink told = file.<Sink>map(Function.identity()).orElse(_ -> {});
        Optional<Webhook> webhook = config.address().map(address -> Webhook.start(address, config, told));
        webhook.ifPresent(opened::add);
        webhook.ifPresent(hook ->
                meters.gauge("sluice_alert_webhook_dropped", "Alerts that the webhook never took.", hook::dropped));
        // With a webhook an alert counts as told once it is there: two are better than none.
        Sink last = webhook.<Sink>map(Function.identity()).orElse(told);
        List<Sink> sinks = List.of(new AlertLog(), raised -> meters.alert(raised.kind()), last);
        Alerts alerts = new Alerts(clock, sinks, file.map(AlertFile::told).orElse(List.of()));
        Instant now = clock.instant();
        if (!ClockSense.isSane(now)) {
            alerts.raise(new Alert.ClockNonsense(now));
        }
        return new Alerting(config, alerts, opened);
    }

    /** Looks from now on how much is in doubt by the book. */
    void watchDoubts(Reports book) {
        DoubtWatch watch = new DoubtWatch(() -> inDoubt(book), config.inDoubt(), alerts);
        opened.add(Repeating.every(DOUBT_PERIOD, "doubt-watch", watch::look));
    }

    private static Money inDoubt(Reports book) {
        Money sum = Money.ZERO;
        for (Attempt attempt : book.inDoubt(MOST_LOOKED_AT)) {
            sum = sum.plusBound(attempt.intent().bound().orElse(Money.ZERO));
        }
        return sum;
    }

    Alarm alarm() {
        return alerts;
    }

    Alerts alerts() {
        return alerts;
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}
