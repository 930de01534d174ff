package dev.sluice.http.server;

import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane's open client connections: closes those that stay without a request, and refuses those past the number that
 * all lanes may have together. Lives on one loop; only the count is shared.
 */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final long LOOK_EVERY = 1_000_000_000L;

    private final HttpConfig config;
    private final Ticker ticker;
    private final AtomicInteger all;
    private final Map<HttpConnection, State> open = new HashMap<>();

    private static final class State {
        private int requests;
        private long idleSince;
        private boolean closing;

        private State(long now) {
            idleSince = now;
        }
    }

    /** @param all how many are open on all lanes */
    Connections(HttpConfig config, Ticker ticker, AtomicInteger all) {
        this.config = config;
        this.ticker = ticker;
        this.all = all;
    }

    void opened(HttpConnection connection) {
        if (all.incrementAndGet() > config.connections()) {
            all.decrementAndGet();
            connection.close();
            return;
        }
        connection.exceptionHandler(failure -> LOG.debug("connection broke: {}", failure.toString()));
        Intake.standAt(connection);
        open.put(connection, new State(ticker.nanos()));
        connection.closeHandler(_ -> {
            open.remove(connection);
            all.decrementAndGet();
        });
    }

    /**
     * A request has begun on its connection; its end is noticed by itself.
     *
     * @return false where it must not be looked at: it came behind one after which the connection is closed, and may be a
     *     part of that one (RFC 9112, 9.6)
     */
    boolean begin(HttpServerRequest request) {
        State state = open.get(request.connection());
        if (state == null) {
            return true;
        }
        if (!state.closing) {
            state.requests++;
            request.response().endHandler(_ -> {
                state.requests--;
                state.idleSince = ticker.nanos();
            });
        }
        return !state.closing;
    }

    /** Nothing that still comes on it is a request. */
    void closing(HttpConnection connection) {
        Optional.ofNullable(open.get(connection)).ifPresent(state -> state.closing = true);
    }

    /** Looks round once a second. */
    void watch(Loop loop) {
        long[] next = {ticker.nanos()};
        loop.add(now -> {
            if (now - next[0] >= 0) {
                next[0] = now + LOOK_EVERY;
                closeIdle(now);
            }
        });
    }

    private void closeIdle(long now) {
        // A connection may be closed at once, and is then taken out of the map that is being looked through.
        for (Map.Entry<HttpConnection, State> entry : List.copyOf(open.entrySet())) {
            State state = entry.getValue();
            if (state.requests == 0
                    && now - state.idleSince > config.idleConnection().toNanos()) {
                entry.getKey().close();
            }
        }
    }
}
