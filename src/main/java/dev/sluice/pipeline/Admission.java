package dev.sluice.pipeline;

import dev.sluice.limit.RateLimit;
import dev.sluice.model.Allowance;
import dev.sluice.model.Caller;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Operation;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who may call how often. Callers come from the settings, so their number is bounded. Thread-safe. */
final class Admission {
    private static final String ALL = "*";

    private final RateLimits limits;
    private final Ticker ticker;
    private final Map<Key, RateLimit> counters = new ConcurrentHashMap<>();

    Admission(RateLimits limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
    }

    private record Key(String caller, String scope) {}

    /**
     * Takes one call out of the caller's allowance.
     *
     * @return headers that tell how much is left
     * @throws GatewayException with {@link Failure.Throttled}
     */
    List<Header> admit(Caller caller, Endpoint endpoint) {
        boolean embedding = endpoint.operation() == Operation.EMBEDDING;
        List<RateLimit> apply = new ArrayList<>(2);
        if (embedding) {
            add(apply, caller, "embeddings", limits.embeddings());
        } else {
            add(apply, caller, endpoint.path(), limits.perEndpoint());
            add(apply, caller, ALL, limits.perClient());
        }
        for (int i = 0; i < apply.size(); i++) {
            long wait = apply.get(i).take();
            if (wait > 0) {
                apply.subList(0, i).forEach(RateLimit::giveBack);
                throw new GatewayException(new Failure.Throttled(
                        "more than " + apply.get(i).perMinute() + " calls a minute; wait and try again",
                        Duration.ofNanos(wait),
                        Optional.of(allowance(apply.get(i)))));
            }
        }
        return apply.isEmpty() ? List.of() : Replies.allowance(allowance(tightest(apply)));
    }

    private void add(List<RateLimit> apply, Caller caller, String scope, int perMinute) {
        if (perMinute > 0) {
            apply.add(counters.computeIfAbsent(new Key(caller.name(), scope), _ -> new RateLimit(perMinute, ticker)));
        }
    }

    private static RateLimit tightest(List<RateLimit> apply) {
        RateLimit tightest = apply.getFirst();
        for (RateLimit limit : apply) {
            if (limit.remaining() < tightest.remaining()) {
                tightest = limit;
            }
        }
        return tightest;
    }

    private static Allowance allowance(RateLimit limit) {
        return new Allowance(
                Allowance.Unit.REQUESTS, limit.perMinute(), limit.remaining(), Optional.of(limit.untilFull()));
    }
}
