package dev.sluice;

import dev.sluice.alert.AlertConfig;
import dev.sluice.alert.AlertLog;
import dev.sluice.alert.Alerts;
import dev.sluice.alert.DoubtWatch;
import dev.sluice.alert.Sink;
import dev.sluice.alert.Webhook;
import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import dev.sluice.metric.Meters;
import dev.sluice.model.Money;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.time.ClockSense;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts and whoever raises them off the road of calls. */
final class Alerting implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Alerting.class);
    private static final Duration DOUBT_PERIOD = Duration.ofMinutes(5);

    private final AlertConfig config;
    private final InstantSource clock;
    private final Alerts alerts;
    private final Optional<Webhook> webhook;
    private Optional<DoubtWatch> doubts = Optional.empty();

    private Alerting(AlertConfig config, InstantSource clock, Alerts alerts, Optional<Webhook> webhook) {
        this.config = config;
        this.clock = clock;
        this.alerts = alerts;
        this.webhook = webhook;
    }

    static AlertConfig config(Section section) {
        AlertConfig fallback = AlertConfig.DEFAULT;
        Optional<Secret> webhook =
                section.text("webhook").filter(text -> !text.isBlank()).map(Secret::new);
        Money inDoubt = section.value("in-doubt", Alerting::dollars).orElse(fallback.inDoubt());
        try {
            return new AlertConfig(webhook, inDoubt, fallback.retry(), fallback.patience());
        } catch (IllegalArgumentException wrong) {
            throw section.wrong(String.valueOf(wrong.getMessage()));
        }
    }

    private static Money dollars(String text) {
        try {
            return Money.ofDollars(new BigDecimal(text));
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("must be an amount in US dollars such as 1.00, not '" + text + "'");
        } catch (ArithmeticException _) {
            throw new IllegalArgumentException("is too much");
        }
    }

    static Alerting start(AlertConfig config, Meters meters, InstantSource clock) {
        Optional<Webhook> webhook = config.address().map(address -> Webhook.start(address, config));
        webhook.ifPresent(hook ->
                meters.gauge("sluice_alert_webhook_dropped", "Alerts that the webhook never took.", hook::dropped));
        List<Sink> sinks = new ArrayList<>();
        sinks.add(new AlertLog());
        sinks.add(raised -> meters.alert(raised.alert().kind()));
        webhook.ifPresent(sinks::add);
        Alerts alerts = new Alerts(clock, sinks);
        Instant now = clock.instant();
        if (!ClockSense.isSane(now)) {
            alerts.raise(new Alert.ClockNonsense(now));
        }
        return new Alerting(config, clock, alerts, webhook);
    }

    /** Looks from now on how much is in doubt by the database of this data folder. */
    void watchDoubts(Path data) {
        doubts = Optional.of(new DoubtWatch(() -> inDoubt(data), config.inDoubt(), alerts, DOUBT_PERIOD));
    }

    private Money inDoubt(Path data) {
        Instant now = clock.instant();
        try (SqliteReports reports = SqliteReports.open(data)) {
            return reports.total(now.minus(Duration.ofDays(1)), now.plusSeconds(1))
                    .reserved();
        } catch (IOException | IllegalStateException unreadable) {
            LOG.warn("what is in doubt cannot be read: {}", unreadable.getMessage());
            return Money.ZERO;
        }
    }

    Alarm alarm() {
        return alerts;
    }

    Alerts alerts() {
        return alerts;
    }

    @Override
    public void close() {
        doubts.ifPresent(DoubtWatch::close);
        webhook.ifPresent(Webhook::close);
    }
}
