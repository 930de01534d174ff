package dev.sluice.provider;

import java.time.Duration;
import java.util.Optional;

/** What follows from one failed attempt: for the request, and for the provider. */
public record Verdict(Next next, Consequence consequence) {

    /** For the request. */
    public sealed interface Next {
        /** The same provider once more. */
        record Again(Duration delay) implements Next {}

        /** The next one of the chain. */
        record Switch() implements Next {}

        /** Nobody else would do better; the client gets this failure. */
        record GiveUp() implements Next {}
    }

    /** For the provider. */
    public sealed interface Consequence {
        record None() implements Consequence {}

        /** The breaker of this provider and model counts it. */
        record CountFailure() implements Consequence {}

        record LeaveFor(Standing.Reason reason, Duration time) implements Consequence {}

        /** Until a probe or a person brings it back. */
        record Leave(Standing.Reason reason) implements Consequence {}

        record LeaveModelFor(Duration time) implements Consequence {}

        /** @param ability empty where the provider did not say which: it is the one that was asked for, if just one was */
        record LacksAbility(Optional<String> ability) implements Consequence {}
    }
}
