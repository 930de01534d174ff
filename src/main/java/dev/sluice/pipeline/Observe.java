package dev.sluice.pipeline;

import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Charge;
import dev.sluice.ledger.price.Cost;
import dev.sluice.metric.Meters;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Meters every call and writes the access log: names, counts and times, never a prompt, an answer or a key. Thread-safe;
 * called on each call's loop, so nothing in it blocks.
 */
public final class Observe {
    private static final Logger ACCESS = LoggerFactory.getLogger("dev.sluice.access");

    private final Meters meters;
    private final Alarm alarm;

    public Observe(Meters meters, Alarm alarm) {
        this.meters = meters;
        this.alarm = alarm;
    }

    /** Where what a person should know is told. */
    Alarm alarm() {
        return alarm;
    }

    /** The provider's amount is off the price table. */
    void drifted(Intent intent, String seller, Charge charge) {
        series(intent.provider(), intent.model(), intent.operation().wireName()).drifted();
        alarm.raise(new Alert.PriceDrift(seller, intent.model(), charge));
    }

    /** The provider's count cannot be all of what it sent. */
    void doubted(Intent intent, Usage booked, long characters) {
        series(intent.provider(), intent.model(), intent.operation().wireName()).doubted();
        alarm.raise(new Alert.UsageDoubted(intent.provider(), intent.model(), booked, characters));
    }

    void attemptEnded(Intent intent, Outcome outcome) {
        Meters.Series series =
                series(intent.provider(), intent.model(), intent.operation().wireName());
        series.attempt(
                outcome.how(), Math.max(0, outcome.totalNanos() - outcome.sentNanos()), outcome.firstContentNanos());
        outcome.usage()
                .ifPresent(
                        usage -> series.tokens(usage.input() - usage.cacheRead(), usage.cacheRead(), usage.output()));
        if (outcome.status() == 429) {
            series.rateLimited();
        }
        if (outcome.state() == Outcome.State.SETTLED) {
            switch (outcome.cost()) {
                case Cost.Free() -> {}
                case Cost.Priced(Money amount) -> series.spent(amount.nanos());
                case Cost.Unpriced() -> {
                    series.unpricedAttempt();
                    alarm.raise(new Alert.UnpricedModel(intent.provider(), intent.model()));
                }
            }
        }
        if (!"ok".equals(outcome.how())) {
            ACCESS.atInfo()
                    .addKeyValue("request_id", intent.requestId())
                    .addKeyValue("attempt", intent.number())
                    .addKeyValue("provider", intent.provider())
                    .addKeyValue("model", intent.model())
                    .addKeyValue("outcome", outcome.how())
                    .addKeyValue("status", outcome.status())
                    .log("attempt failed");
        }
    }

    /** An attempt that was in doubt has cost so much. */
    public void resolved(Intent intent, Money cost) {
        series(intent.provider(), intent.model(), intent.operation().wireName()).spent(cost.nanos());
    }

    void callEnded(CallEnd end) {
        Endpoint endpoint = end.request().inbound().endpoint();
        meters.request(endpoint.path(), end.status());
        end.origin()
                .ifPresent(origin -> series(
                                origin.provider(),
                                origin.model(),
                                endpoint.operation().wireName())
                        .request(end.nanos()));
        Level level = end.failure().isEmpty() ? Level.DEBUG : Level.INFO;
        if (ACCESS.isEnabledForLevel(level)) {
            log(end, ACCESS.atLevel(level));
        }
    }

    private static void log(CallEnd end, LoggingEventBuilder line) {
        line.addKeyValue("request_id", end.request().id())
                .addKeyValue("endpoint", end.request().inbound().endpoint().path())
                .addKeyValue("client", end.request().caller().name())
                .addKeyValue("asked_model", end.request().inbound().model())
                .addKeyValue(
                        "provider", end.origin().map(CallEnd.Origin::provider).orElse(""))
                .addKeyValue("model", end.origin().map(CallEnd.Origin::model).orElse(""))
                .addKeyValue("status", end.status())
                .addKeyValue("attempts", end.attempts())
                .addKeyValue("cost", end.cost().toString())
                .addKeyValue("failure", end.failure().map(Observe::word).orElse(""))
                .addKeyValue("millis", end.nanos() / 1_000_000)
                .log("call");
    }

    /** A failure's kind in one word, which logs and the ledger keep: it stays what it is when a class is renamed. */
    static String word(Failure failure) {
        return switch (failure) {
            case Failure.BadRequest _ -> "bad_request";
            case Failure.Unauthorized _ -> "unauthorized";
            case Failure.UnknownModel _ -> "unknown_model";
            case Failure.Throttled _ -> "throttled";
            case Failure.OverBudget _ -> "over_budget";
            case Failure.StillRunning _ -> "still_running";
            case Failure.Busy _ -> "busy";
            case Failure.ChainFailed _ -> "chain_failed";
            case Failure.DeadlineExceeded _ -> "deadline_exceeded";
            case Failure.ClientGone _ -> "client_gone";
            case Failure.SharedStoreUnavailable _ -> "shared_store_unavailable";
            case Failure.LedgerUnavailable _ -> "ledger_unavailable";
            case Failure.Upstream upstream -> upstream.kind().name().toLowerCase(Locale.ROOT);
        };
    }

    private Meters.Series series(String provider, String model, String operation) {
        return meters.series(provider, model, operation);
    }
}
