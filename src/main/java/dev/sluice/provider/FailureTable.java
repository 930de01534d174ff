package dev.sluice.provider;

import dev.sluice.limit.Backoff;
import dev.sluice.model.Failure;
import dev.sluice.provider.Verdict.Consequence;
import dev.sluice.provider.Verdict.Next;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What each kind of failure means: what is retried, what switches, what leaves the chain and for how long, what is never
 * retried. Pure; docs/failover.md shows it as a table.
 */
public final class FailureTable {
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final Duration OVERLOADED_PAUSE = Duration.ofSeconds(30);
    private static final Duration MODEL_GONE = Duration.ofHours(1);
    private static final Duration QUOTA_RECHECK = Duration.ofMinutes(5);

    private static final Next SWITCH = new Next.Switch();
    private static final Next AT_ONCE = new Next.Again(Duration.ZERO);
    private static final Next GIVE_UP = new Next.GiveUp();
    private static final Consequence NONE = new Consequence.None();
    private static final Consequence COUNT = new Consequence.CountFailure();

    private final Backoff backoff;
    private final Duration patience;

    /** @param patience the longest Retry-After that is waited out on the same provider */
    public FailureTable(Backoff backoff, Duration patience) {
        this.backoff = backoff;
        this.patience = patience;
    }

    /** @param tries how often this provider has been asked for this request, this time included */
    public Verdict judge(Failure.Upstream failure, int tries, RandomGenerator random) {
        return switch (failure.kind()) {
            case CONNECT, EMPTY_ANSWER, NONSENSE -> new Verdict(again(tries, 1, random), COUNT);
            case STALE_CONNECTION -> new Verdict(tries == 1 ? AT_ONCE : SWITCH, NONE);
            case SERVER_ERROR -> new Verdict(again(tries, backoff.retries(), random), COUNT);
            case FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT, CUT -> new Verdict(SWITCH, COUNT);
            case OVERLOADED -> overloaded(failure, tries, random);
            case RATE_LIMITED -> rateLimited(failure, tries);
            case QUOTA_SPENT ->
                new Verdict(SWITCH, new Consequence.LeaveFor(Standing.Reason.QUOTA_SPENT, QUOTA_RECHECK));
            case CREDIT_EXHAUSTED -> new Verdict(SWITCH, new Consequence.Leave(Standing.Reason.CREDIT_EXHAUSTED));
            case KEY_REFUSED -> new Verdict(SWITCH, new Consequence.Leave(Standing.Reason.KEY_REFUSED));
            case MODEL_MISSING -> new Verdict(SWITCH, new Consequence.LeaveModelFor(MODEL_GONE));
            case NO_CONNECTION_FREE, CONTEXT_TOO_LONG, CONTENT_FILTERED -> new Verdict(SWITCH, NONE);
            case ABILITY_MISSING -> new Verdict(SWITCH, new Consequence.LacksAbility(Optional.empty()));
            case IMAGES_REFUSED -> new Verdict(SWITCH, new Consequence.LacksAbility(Optional.of("images")));
            // What it is remembered for makes several calls of it, before it is asked again.
            case SEVERAL_REFUSED ->
                new Verdict(tries <= 1 ? AT_ONCE : SWITCH, new Consequence.LacksAbility(Optional.of(Standing.SEVERAL)));
            case REQUEST_REFUSED, SCHEMA_MISSED -> new Verdict(GIVE_UP, NONE);
        };
    }

    private Next again(int tries, int retries, RandomGenerator random) {
        return tries <= Math.min(retries, backoff.retries()) ? new Next.Again(backoff.delay(tries, random)) : SWITCH;
    }

    private Verdict overloaded(Failure.Upstream failure, int tries, RandomGenerator random) {
        Next next = again(tries, 1, random);
        if (next instanceof Next.Again) {
            return new Verdict(next, COUNT);
        }
        Duration pause = failure.retryAfter().map(FailureTable::clamp).orElse(OVERLOADED_PAUSE);
        return new Verdict(SWITCH, new Consequence.LeaveFor(Standing.Reason.COOLING_DOWN, pause));
    }

    private Verdict rateLimited(Failure.Upstream failure, int tries) {
        Optional<Duration> wish = failure.retryAfter();
        if (tries == 1 && wish.isPresent() && wish.get().compareTo(patience) <= 0) {
            Duration wait = wish.get().isNegative() ? Duration.ZERO : wish.get();
            return new Verdict(new Next.Again(wait), NONE);
        }
        Duration pause = wish.map(FailureTable::clamp).orElse(SHORTEST_PAUSE.multipliedBy(5));
        return new Verdict(SWITCH, new Consequence.LeaveFor(Standing.Reason.COOLING_DOWN, pause));
    }

    private static Duration clamp(Duration wish) {
        if (wish.compareTo(SHORTEST_PAUSE) < 0) {
            return SHORTEST_PAUSE;
        }
        return wish.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wish;
    }
}
