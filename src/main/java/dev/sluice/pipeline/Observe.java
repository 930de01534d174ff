package dev.sluice.pipeline;

import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.metric.Meters;
import dev.sluice.model.Money;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Meters every call and writes the access log: names, counts and times, never a prompt, an answer or a key. */
public final class Observe implements Observer {
    private static final Logger ACCESS = LoggerFactory.getLogger("dev.sluice.access");

    private final Meters meters;

    public Observe(Meters meters) {
        this.meters = meters;
    }

    @Override
    public void attemptEnded(Intent intent, Outcome outcome) {
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
                case Cost.Unpriced() -> series.unpricedAttempt();
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

    @Override
    public void requestEnded(
            Request request,
            int status,
            String provider,
            String model,
            Cost cost,
            int attempts,
            String failure,
            long nanos) {
        meters.request(request.inbound().endpoint().path(), status);
        if (!provider.isEmpty()) {
            series(provider, model, request.inbound().endpoint().operation().wireName())
                    .request(nanos);
        }
        Level level = failure.isEmpty() ? Level.DEBUG : Level.INFO;
        if (ACCESS.isEnabledForLevel(level)) {
            ACCESS.atLevel(level)
                    .addKeyValue("request_id", request.id())
                    .addKeyValue("endpoint", request.inbound().endpoint().path())
                    .addKeyValue("client", request.caller().name())
                    .addKeyValue("asked_model", request.inbound().model())
                    .addKeyValue("provider", provider)
                    .addKeyValue("model", model)
                    .addKeyValue("status", status)
                    .addKeyValue("attempts", attempts)
                    .addKeyValue("cost", cost.toString())
                    .addKeyValue("failure", failure)
                    .addKeyValue("millis", nanos / 1_000_000)
                    .log("call");
        }
    }

    private Meters.Series series(String provider, String model, String operation) {
        return meters.series(provider, model, operation);
    }
}
