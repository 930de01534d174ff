package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import dev.sluice.time.HandTicker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ConnectionPoolTest {
    private final ProviderConfig provider = ProviderConfig.of(
            "far", Catalogue.find("vllm").orElseThrow(), URI.create("http://127.0.0.1:1/v1"), Optional.empty());

    @AutoClose
    private final TestLoop loop = new TestLoop();

    private Heard board(ConnectionPool pool) {
        Heard heard = new Heard();
        Outbound outbound = new Outbound("/chat", Slices.of(new byte[] {'{', '}'}), false, List.of());
        pool.board(new HttpFlight(new HttpRequest(Address.of(provider), "POST", outbound, "id"), heard));
        return heard;
    }

    @Test
    void aConnectionThatEndsWhileItIsOpenedIsToldAndCountsNoLonger() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        ConnectionPool pool = new ConnectionPool(() -> Future.succeededFuture(ended(opened)), loop, new HandTicker());
        for (int call = 1; call <= 5_000; call++) { // More than there may be connections.
            assertThat(board(pool).await()).isEqualTo("NOT_REACHED");
        }
        assertThat(opened).hasValue(5_000);
    }

    private static Channel ended(AtomicInteger opened) {
        opened.incrementAndGet();
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        var _ = channel.close();
        return channel;
    }
}
