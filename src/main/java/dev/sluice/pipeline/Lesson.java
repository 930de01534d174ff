package dev.sluice.pipeline;

import dev.sluice.dialect.Inbound;
import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Alert;
import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.Request;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Standing;
import dev.sluice.provider.Verdict;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one failed attempt teaches about its provider, kept for the calls to come. */
record Lesson(Provider provider, String model, Inbound inbound, Alarm alarm) {
    private static final Logger LOG = LoggerFactory.getLogger(Lesson.class);
    private static final int TOO_MANY = 429;

    static Lesson from(Attempt failed, Request request, Alarm alarm) {
        return new Lesson(failed.provider(), failed.hop().model(), request.inbound(), alarm);
    }

    /** Notes what reports show. To be called while the attempt still has its place, for it counts as running. */
    void note(Failure.Upstream failure) {
        if (failure.status() == TOO_MANY) {
            provider.standing()
                    .rateLimited(failure.retryAfter(), provider.places().taken());
        }
    }

    /** Keeps the provider, or this model of it, out of what it would fail again. */
    void learn(Verdict.Consequence consequence) {
        Standing standing = provider.standing();
        switch (consequence) {
            case Verdict.Consequence.None() -> {}
            case Verdict.Consequence.CountFailure() -> {}
            case Verdict.Consequence.LeaveFor leave -> standing.leaveFor(leave.reason(), leave.time());
            case Verdict.Consequence.Leave leave -> {
                LOG.warn(
                        "{} is left out until it is set right: {}",
                        provider.name(),
                        leave.reason().word());
                standing.leave(leave.reason());
                if (leave.reason() == Standing.Reason.CREDIT_EXHAUSTED) {
                    alarm.raise(new Alert.CreditExhausted(provider.name()));
                }
            }
            case Verdict.Consequence.LeaveModelFor leave -> standing.leaveModelFor(model, leave.time());
            case Verdict.Consequence.LacksAbility(Optional<String> named) ->
                named.or(() -> inbound.needs().only()).ifPresent(this::lacks);
        }
    }

    private void lacks(String ability) {
        LOG.info("{} at {} has no {}", model, provider.name(), ability);
        provider.standing().rememberLack(model, ability);
    }
}
