package dev.sluice.http;

import dev.sluice.dialect.Front;
import dev.sluice.http.server.ErrorForm;
import dev.sluice.http.server.Visit;
import dev.sluice.limit.RateLimit;
import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.RetryAfter;
import dev.sluice.time.Ticker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is told to those whose key is not known. Who shows many wrong keys in a minute hears 429 instead of 401; a right
 * key never comes here, so nobody is locked out by a neighbour behind the same address. Thread-safe.
 */
final class WrongKeys {
    /** Whoever was seen longest ago is forgotten past this many. */
    private static final int MOST_ADDRESSES = 10_000;

    /** One person has a whole /64 of these. */
    private static final int GROUPS_OF_A_NETWORK = 4;

    private final int perMinute;
    private final Ticker ticker;
    private final Map<String, RateLimit> counters = new LinkedHashMap<>(16, 0.75f, true);

    /** @param perMinute wrong keys of one address; 0 for no limit */
    WrongKeys(int perMinute, Ticker ticker) {
        this.perMinute = perMinute;
        this.ticker = ticker;
    }

    /** Counts a wrong key, and says what to answer. Without any key nothing is counted: that is no guess. */
    Failure refusal(Visit visit, String words) {
        Optional<Duration> wait = ModelRoutes.presentedKey(visit)
                .flatMap(_ -> wait(visit.request().remoteAddress().hostAddress()));
        return wait.<Failure>map(time ->
                        new Failure.Throttled("too many wrong keys from this address; wait, and check the key", time))
                .orElseGet(() -> new Failure.Unauthorized(words));
    }

    /** The same as a plain answer. */
    void refuse(Visit visit, String words) {
        Failure failure = refusal(visit, words);
        List<Header> headers = RetryAfter.header(failure).stream().toList();
        Front.WholeReply reply = ErrorForm.of(visit, headers.isEmpty() ? 401 : 429, failure);
        visit.reply(reply.status(), reply.contentType(), headers, reply.body());
    }

    private Optional<Duration> wait(String address) {
        if (perMinute < 1) {
            return Optional.empty();
        }
        RateLimit limit = counter(network(address));
        long wait = limit.take();
        return wait > 0 ? Optional.of(Duration.ofNanos(wait)) : Optional.empty();
    }

    private RateLimit counter(String network) {
        synchronized (counters) {
            RateLimit counter = counters.computeIfAbsent(network, _ -> new RateLimit(perMinute, ticker));
            if (counters.size() > MOST_ADDRESSES) {
                counters.remove(counters.keySet().iterator().next());
            }
            return counter;
        }
    }

    static String network(String address) {
        String[] groups = address.split(":", -1);
        return groups.length <= GROUPS_OF_A_NETWORK
                ? address
                : String.join(":", List.of(groups).subList(0, GROUPS_OF_A_NETWORK));
    }
}
