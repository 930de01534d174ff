package dev.sluice.ledger.budget;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One account's part of an amount that several gateways share. Not thread-safe.
 *
 * <p>It grows by an answer of the pool only, and shrinks here before the pool is told: so at no moment does this gateway
 * believe to have more than the pool has written down for it.
 */
final class Lease {
    /** Of what is left to all gateways, one keeps this part at most without having a use for it. */
    private static final int CUSHION = 8;

    /** So long the pool remembers a window that is over: longer than any gateway does. */
    private static final Duration KEPT = Duration.ofDays(3);

    private static final Duration MINUTES_KEPT = Duration.ofMinutes(15);

    /** Calls of a gateway that is dead do not run any more; longer than it takes a living one to tell all its accounts. */
    private static final Duration RUNNING_HEARD = Duration.ofMinutes(5);

    private final Sharing sharing;
    private Share share = Share.NOTHING;
    private boolean active;
    private boolean wanted;
    private boolean revised;
    private long answeredIn;

    Lease(Sharing sharing) {
        this.sharing = sharing;
    }

    /** Something is other than the pool knows. */
    void changed(Account account) {
        active = true;
        sharing.changed(account);
    }

    /** Whether nothing is leased, and the pool knows. */
    boolean isTold(Account account) {
        return share.lease() == 0 && !revised && !active && sharing.isTold(account);
    }

    Share share() {
        return share;
    }

    /** Whether an answer has come that was asked for after that round. */
    boolean isAnsweredSince(long round) {
        return answeredIn > round;
    }

    /** Another gateway misses something here. */
    void noteWanted() {
        wanted = true;
    }

    /** Gives back all but that; an answer that is under way changes nothing about it. */
    void shrink(long need) {
        revised = true;
        active = false;
        share = share.withLease(Math.min(share.lease(), need));
    }

    /** @param binds false where the limit is soft or gone, so that nothing is leased */
    PoolReport report(Account account, boolean binds, Sharing.Want want, Instant at) {
        long need = account.own();
        long spare = Math.max(0, share.lease() - need);
        boolean givesBack = !binds || wanted || want.total() > 0;
        long keep = need + (givesBack ? 0 : Math.min(spare, (spare + share.room()) / CUSHION));
        share = share.withLease(binds ? Math.min(share.lease(), keep) : 0);
        boolean cushion = active && binds;
        active = false;
        wanted = false;
        revised = false;
        Limit limit = account.limit();
        return new PoolReport(
                account.key(),
                binds,
                limit.amount(),
                keep,
                need,
                account.used(),
                binds ? want.total() : 0,
                binds ? want.least() : 0,
                cushion,
                kept(limit, account.window(), at),
                limit.measure() == Measure.RUNNING ? Optional.of(RUNNING_HEARD) : Optional.empty());
    }

    private static Optional<Duration> kept(Limit limit, Window window, Instant at) {
        return switch (limit.period()) {
            case TOTAL -> limit.measure() == Measure.RUNNING ? Optional.of(KEPT) : Optional.empty();
            case MINUTE -> Optional.of(left(window, at).plus(MINUTES_KEPT));
            case DAY, WEEK, MONTH -> Optional.of(left(window, at).plus(KEPT));
        };
    }

    private static Duration left(Window window, Instant at) {
        return at.isBefore(window.to()) ? Duration.between(at, window.to()) : Duration.ZERO;
    }

    /** The pool's answer to the last report. */
    void answered(Share answer, long round) {
        share = revised ? answer.withLease(share.lease()) : answer;
        answeredIn = round;
    }
}
