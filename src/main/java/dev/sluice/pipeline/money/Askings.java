package dev.sluice.pipeline.money;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When a provider may be asked again about each attempt in doubt: after one minute, two, four ... and never less often
 * than once an hour. For one thread.
 */
final class Askings {
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(60);
    private static final int DOUBLINGS = 6;

    private final Map<String, Asked> asked = new HashMap<>();

    private record Asked(int times, Instant last) {}

    /**
     * How long nobody asks after so many questions.
     *
     * @param times at least 1
     */
    static Duration pause(int times) {
        Duration doubled = FIRST.multipliedBy(1L << Math.min(times - 1, DOUBLINGS));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }

    boolean isDue(String attemptId, Instant now) {
        Optional<Asked> before = Optional.ofNullable(asked.get(attemptId));
        return before.isEmpty()
                || !now.isBefore(before.get().last().plus(pause(before.get().times())));
    }

    void note(String attemptId, Instant now) {
        asked.merge(attemptId, new Asked(1, now), (before, _) -> new Asked(before.times() + 1, now));
    }

    /** Forgets all others: they are in doubt no more. */
    void keep(Collection<String> attemptIds) {
        asked.keySet().retainAll(attemptIds);
    }
}
