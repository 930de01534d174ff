package dev.sluice.provider;

import dev.sluice.dialect.Outbound;
import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The real network. Vert.x opens connections: names, TLS and its time-outs are its business; what goes over them is ours
 * (docs/decisions/009). Belongs to one event loop. Follows no redirects.
 */
public final class HttpUpstream implements Upstream {

    /** How long a connection may take to open. */
    public static final Duration CONNECT = Duration.ofSeconds(5);

    private static final int KERNEL_BUFFER = 128 * 1024;

    private final Context context;
    private final int most;
    private final Loop loop;
    private final Ticker ticker;
    private final NetClient client;
    private final ClientSSLOptions trust;
    private final Map<String, Provided> providers = new HashMap<>();

    /** Must be made on the event loop that will use it. */
    public HttpUpstream(Vertx vertx, Duration connect, Loop loop, Ticker ticker) {
        this(vertx, connect, loop, ticker, ConnectionPool.MOST);
    }

    /** @param most connections to one provider, and as many requests that wait for one */
    HttpUpstream(Vertx vertx, Duration connect, Loop loop, Ticker ticker, int most) {
        this.most = most;
        this.context = vertx.getOrCreateContext();
        this.loop = loop;
        this.ticker = ticker;
        this.client = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout((int) connect.toMillis())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true));
        this.trust = new ClientSSLOptions()
                .setHostnameVerificationAlgorithm("HTTPS")
                .setSslHandshakeTimeout(connect.toSeconds() + 1)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    }

    /** Where a provider is, and the way there. */
    private record Provided(Address address, ConnectionPool pool) {}

    @Override
    public Flight send(ProviderConfig provider, String method, Outbound outbound, String attemptId, Answer answer) {
        Provided provided = providers.computeIfAbsent(provider.name(), _ -> provided(provider));
        HttpFlight flight = new HttpFlight(new HttpRequest(provided.address(), method, outbound, attemptId), answer);
        provided.pool().board(flight);
        return flight;
    }

    private Provided provided(ProviderConfig provider) {
        Address address = Address.of(provider);
        ConnectionPool pool = new ConnectionPool(most, () -> open(address), loop, ticker);
        loop.add(pool);
        return new Provided(address, pool);
    }

    private Future<Channel> open(Address address) {
        ConnectOptions options = new ConnectOptions()
                .setRemoteAddress(SocketAddress.inetSocketAddress(address.port(), address.host()))
                .setHost(address.host())
                .setPort(address.port())
                .setSsl(address.ssl())
                .setSslOptions(trust);
        Promise<Channel> opened = Promise.promise();
        // Whoever is called from a channel's own handlers, as a retry is, stands in no Vert.x context, and would get a
        // connection on any loop.
        context.runOnContext(
                _ -> client.connect(options).map(HttpUpstream::channel).onComplete(opened));
        return opened.future();
    }

    private static Channel channel(NetSocket socket) {
        Channel channel = ((ConnectionBase) socket).channel();
        // Not by Vert.x, which would then take a fresh block of that size for every read, zeros and all.
        channel.config().setOption(ChannelOption.SO_RCVBUF, KERNEL_BUFFER);
        return channel;
    }

    /** Closes all connections. */
    public void close() {
        client.close();
    }
}
