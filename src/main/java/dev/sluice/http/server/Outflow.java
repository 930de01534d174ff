package dev.sluice.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpConnection;
import java.util.Optional;

/** What still waits to be sent on one connection. Used on the connection's loop. */
final class Outflow {
    private final HttpConnection connection;
    private final Optional<Channel> channel;

    Outflow(HttpConnection connection) {
        this.connection = connection;
        this.channel = Channels.of(connection);
    }

    /** A number that changes whenever the client's side takes bytes, while no new ones are added. */
    long mark() {
        return channel.map(open -> open.unsafe().outboundBuffer())
                .map(Outflow::mark)
                .orElse(0L);
    }

    private static long mark(ChannelOutboundBuffer waiting) {
        return 31 * waiting.totalPendingWriteBytes() + waiting.currentProgress();
    }

    /**
     * Closes at once and past all handlers: an orderly end would first wait for the very client that takes nothing.
     */
    void cut() {
        channel.ifPresentOrElse(open -> open.unsafe().close(open.newPromise()), connection::close);
    }
}
