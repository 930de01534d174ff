package dev.sluice.pipeline.client;

import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.ReplyHead.Header;
import java.time.Duration;
import java.util.Optional;

/** When a call that was refused may come again, as its client is told. */
public final class RetryAfter {
    /** Client libraries wait no longer; past it they come again at once, and in vain. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private RetryAfter() {}

    /** In whole seconds, rounded up and at least one; empty where waiting does not help. */
    public static Optional<Header> header(Failure failure) {
        return of(failure)
                .map(wait -> Math.max(1, wait.plusMillis(999).toSeconds()))
                .map(seconds -> new Header("retry-after", Long.toString(seconds)));
    }

    /** Whether it is longer than client libraries wait. */
    public static boolean isLong(Failure failure) {
        return of(failure).filter(wait -> wait.compareTo(LONGEST) > 0).isPresent();
    }

    private static Optional<Duration> of(Failure failure) {
        return switch (failure) {
            case Failure.Throttled throttled -> Optional.of(throttled.retryAfter());
            case Failure.OverBudget over -> over.retryAfter();
            case Failure.StillRunning running -> Optional.of(running.retryAfter());
            case Failure.Busy busy -> Optional.of(clamp(busy.retryAfter()));
            case Failure.Upstream upstream -> upstream.retryAfter().map(RetryAfter::clamp);
            case Failure.ChainFailed chain ->
                chain.last().flatMap(Failure.Upstream::retryAfter).map(RetryAfter::clamp);
            case Failure.LedgerUnavailable _, Failure.SharedStoreUnavailable _ -> Optional.of(Duration.ofSeconds(5));
            case Failure.BadRequest _,
                    Failure.Unauthorized _,
                    Failure.UnknownModel _,
                    Failure.DeadlineExceeded _,
                    Failure.ClientGone _ -> Optional.empty();
        };
    }

    private static Duration clamp(Duration wish) {
        return wish.compareTo(LONGEST) > 0 ? LONGEST : wish;
    }
}
