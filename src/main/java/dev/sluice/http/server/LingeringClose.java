package dev.sluice.http.server;

import dev.sluice.time.Loop;
import io.vertx.core.http.HttpConnection;

/**
 * Closes a connection whose request was refused while its body was still coming. At once would be a reset, which may
 * overtake the refusal; so what comes is read and thrown away for a short while.
 */
final class LingeringClose implements Loop.Pulse {
    private static final long LINGER = 500_000_000L;

    private final Loop loop;
    private final HttpConnection connection;
    private final long closeNanos;

    private LingeringClose(Loop loop, HttpConnection connection, long closeNanos) {
        this.loop = loop;
        this.connection = connection;
        this.closeNanos = closeNanos;
    }

    static void start(Loop loop, HttpConnection connection, long nowNanos) {
        loop.add(new LingeringClose(loop, connection, nowNanos + LINGER));
    }

    @Override
    public void beat(long now) {
        if (now - closeNanos >= 0) {
            loop.remove(this);
            new Outflow(connection).cut(); // A graceful close would wait for the end of a body that may never come.
        }
    }
}
