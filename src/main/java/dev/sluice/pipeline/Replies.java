package dev.sluice.pipeline;

import dev.sluice.dialect.Outbound;
import dev.sluice.model.Allowance;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.pipeline.client.OwnHeaders;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.RetryAfter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The headers that tell a client what became of its call. docs/headers.md lists them. */
final class Replies {
    private Replies() {}

    static List<Header> streamHead(Request request, Attempt attempt, List<Header> extra) {
        List<Header> headers = origin(request, attempt, extra);
        attempt.booking().costBeforehand().ifPresent(cost -> headers.add(new Header(OwnHeaders.COST, cost.toString())));
        return headers;
    }

    static List<Header> wholeHead(Request request, Attempt attempt, Attempts attempts, List<Header> extra) {
        List<Header> headers = origin(request, attempt, extra);
        addCost(headers, attempts);
        return headers;
    }

    static List<Header> refusalHead(
            Request request, Failure failure, Attempts attempts, Optional<Attempt> last, List<Header> extra) {
        List<Header> headers = last.map(attempt -> origin(request, attempt, extra))
                .orElseGet(() -> ReplyHead.plain(request.id(), extra));
        if (last.isEmpty()) {
            addBound(headers, attempts.ceiling().dearest());
        }
        addCost(headers, attempts);
        headers.addAll(about(failure, attempts.count()));
        return headers;
    }

    private static void addBound(List<Header> headers, Optional<Money> dearest) {
        dearest.ifPresent(bound -> headers.add(new Header(OwnHeaders.BOUND, bound.toString())));
    }

    /** The headers of {@link #addCost}. */
    static final Set<String> COST = Set.of(OwnHeaders.COST, OwnHeaders.IN_DOUBT);

    static void addCost(List<Header> headers, Attempts attempts) {
        headers.add(new Header(OwnHeaders.COST, attempts.cost().toString()));
        if (!attempts.inDoubt().equals(Money.ZERO)) {
            headers.add(new Header(OwnHeaders.IN_DOUBT, attempts.inDoubt().toString()));
        }
    }

    /** What a refusal tells a client library about trying again. */
    static List<Header> about(Failure failure, int attempts) {
        List<Header> headers = new ArrayList<>(5);
        allowance(failure).ifPresent(left -> headers.addAll(allowance(left)));
        RetryAfter.header(failure).ifPresent(headers::add);
        if (attempts > 0
                // Libraries do not wait so long; they would come again at once, and in vain.
                || RetryAfter.isLong(failure)
                || failure instanceof Failure.ChainFailed
                || failure instanceof Failure.DeadlineExceeded
                || failure instanceof Failure.OverBudget
                // Libraries repeat a 409; this one does not get better within their patience.
                || (failure instanceof Failure.BadRequest refused && refused.status() == 409)) {
            // The chain has been the retry; a library's own retries would only multiply it.
            headers.add(new Header("x-should-retry", "false"));
        }
        return headers;
    }

    private static Optional<Allowance> allowance(Failure failure) {
        return switch (failure) {
            case Failure.Throttled throttled -> throttled.allowance();
            case Failure.OverBudget over -> over.allowance();
            case Failure.StillRunning _,
                    Failure.Busy _,
                    Failure.Upstream _,
                    Failure.ChainFailed _,
                    Failure.LedgerUnavailable _,
                    Failure.SharedStoreUnavailable _,
                    Failure.BadRequest _,
                    Failure.Unauthorized _,
                    Failure.UnknownModel _,
                    Failure.DeadlineExceeded _,
                    Failure.ClientGone _ -> Optional.empty();
        };
    }

    /** As OpenAI tells it. */
    static List<Header> allowance(Allowance left) {
        String unit = left.unit().name().toLowerCase(Locale.ROOT);
        List<Header> headers = new ArrayList<>(3);
        headers.add(new Header("x-ratelimit-limit-" + unit, Long.toString(left.limit())));
        headers.add(new Header("x-ratelimit-remaining-" + unit, Long.toString(left.remaining())));
        left.reset().ifPresent(time -> headers.add(new Header("x-ratelimit-reset-" + unit, time.toMillis() + "ms")));
        return headers;
    }

    private static List<Header> origin(Request request, Attempt attempt, List<Header> extra) {
        List<Header> headers = ReplyHead.plain(request.id(), extra);
        headers.add(new Header(OwnHeaders.PROVIDER, attempt.provider().name()));
        headers.add(new Header(OwnHeaders.MODEL, printable(attempt.hop().model())));
        addBound(headers, attempt.booking().dearest());
        List<String> dropped = attempt.outbound().map(Outbound::dropped).orElse(List.of());
        if (!dropped.isEmpty()) {
            headers.add(new Header(OwnHeaders.DROPPED, printable(String.join(", ", dropped))));
        }
        return headers;
    }

    /** A header must hold nothing that could end it. */
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length() && i < 1_000; i++) {
            char c = text.charAt(i);
            clean.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return clean.toString();
    }
}
