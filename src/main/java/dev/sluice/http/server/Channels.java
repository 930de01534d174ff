package dev.sluice.http.server;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Optional;

/** What lies below the server's connections. Stateless. */
final class Channels {
    private Channels() {}

    /** Empty where a connection has none of its own. */
    static Optional<Channel> of(HttpConnection connection) {
        return connection instanceof ConnectionBase base ? Optional.of(base.channel()) : Optional.empty();
    }
}
