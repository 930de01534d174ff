package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import dev.sluice.time.HandTicker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.util.ArrayList;
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
        ConnectionPool pool =
                new ConnectionPool(3, () -> Future.succeededFuture(ended(opened)), loop, new HandTicker());
        for (int call = 1; call <= 10; call++) { // More than there may be connections.
            assertThat(board(pool).await()).isEqualTo("NOT_REACHED");
        }
        assertThat(opened).hasValue(10);
    }

    private static Channel ended(AtomicInteger opened) {
        opened.incrementAndGet();
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        var _ = channel.close();
        return channel;
    }

    @Test
    void whoTriesAgainAtOnceDoesNotOvertakeThoseThatWait() {
        List<Promise<Channel>> opened = new ArrayList<>();
        ConnectionPool pool = new ConnectionPool(
                1,
                () -> {
                    Promise<Channel> next = Promise.promise();
                    opened.add(next);
                    return next.future();
                },
                loop,
                new HandTicker());
        List<String> order = new ArrayList<>();
        board(pool, "first", order, () -> board(pool, "first again", order, () -> {}));
        board(pool, "second", order, () -> {});
        for (int one = 0; one < 3; one++) {
            opened.get(one).fail("nobody there");
        }
        assertThat(order).containsExactly("first", "second", "first again");
    }

    /** Notes who was told that there is no connection. */
    private void board(ConnectionPool pool, String name, List<String> order, Runnable afterwards) {
        Outbound outbound = new Outbound("/chat", Slices.of(new byte[] {'{', '}'}), false, List.of());
        pool.board(new HttpFlight(new HttpRequest(Address.of(provider), "POST", outbound, "id"), new Upstream.Answer() {
            @Override
            public void head(int status, Upstream.Header header) {}

            @Override
            public void bytes(byte[] piece) {}

            @Override
            public void end() {}

            @Override
            public void broken(Upstream.Break how) {
                order.add(name);
                afterwards.run();
            }
        }));
    }
}
