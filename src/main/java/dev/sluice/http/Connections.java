package dev.sluice.http;

import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All open client connections: bounds their number and closes those that stay without a request. Thread-safe. */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final long LOOK_EVERY = 1_000_000_000L;

    private final HttpConfig config;
    private final Ticker ticker;
    private final Map<HttpConnection, State> open = new ConcurrentHashMap<>();

    /** Written by the connection's own loop, read by whichever loop looks round. */
    private static final class State {
        private volatile int requests;
        private volatile long idleSince;

        private State(long now) {
            idleSince = now;
        }
    }

    Connections(HttpConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
    }

    void opened(HttpConnection connection) {
        if (open.size() >= config.connections()) {
            connection.close();
            return;
        }
        connection.exceptionHandler(failure -> LOG.debug("connection broke: {}", failure.toString()));
        open.put(connection, new State(ticker.nanos()));
        connection.closeHandler(_ -> open.remove(connection));
    }

    /** A request has begun on its connection; its end is noticed by itself. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the connection's own loop writes.
    void busy(HttpServerRequest request) {
        State state = open.get(request.connection());
        if (state != null) {
            state.requests++;
            request.response().endHandler(_ -> {
                state.requests--;
                state.idleSince = ticker.nanos();
            });
        }
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
        open.forEach((connection, state) -> {
            if (state.requests == 0
                    && now - state.idleSince > config.idleConnection().toNanos()) {
                connection.close();
            }
        });
    }

    int count() {
        return open.size();
    }
}
