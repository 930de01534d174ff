package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What happens on real sockets where there may be two connections to a provider, and two requests may wait for one. */
class FullPoolTest {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    private static final String GOOD = "200 ok end";

    @AutoClose
    private final FarEnd farEnd = new FarEnd();

    @AutoClose
    private final TestLoop loop = new TestLoop(2);

    private final ProviderConfig provider = ProviderConfig.of(
            "far", Catalogue.find("vllm").orElseThrow(), URI.create(farEnd.address() + "/v1"), Optional.empty());

    private Heard send(String body) {
        Outbound outbound = new Outbound("/chat", Slices.of(body.getBytes(StandardCharsets.UTF_8)), false, List.of());
        return loop.send(provider, "POST", outbound);
    }

    private static String body(String request) {
        return request.substring(request.indexOf("\r\n\r\n") + 4);
    }

    /** Both connections, the first request on the first. */
    private List<FarEnd.Line> bothTaken() throws Exception {
        FarEnd.Line one = farEnd.accept();
        FarEnd.Line other = farEnd.accept();
        boolean inOrder = body(one.read()).equals("first");
        assertThat(body(other.read())).isEqualTo(inOrder ? "second" : "first");
        return inOrder ? List.of(one, other) : List.of(other, one);
    }

    @Test
    void moreConnectionsThanAllowedAreNeverOpenedAndTheRestWaitsItsTurn() throws Exception {
        List<Heard> heard =
                Stream.of("first", "second", "third", "fourth").map(this::send).toList();
        List<FarEnd.Line> lines = bothTaken();
        lines.getLast().write(OK);
        assertThat(body(lines.getLast().read())).isEqualTo("third");
        assertThat(heard.get(1).await()).isEqualTo(GOOD);
        lines.getLast().write(OK);
        assertThat(body(lines.getLast().read())).isEqualTo("fourth");
        lines.getFirst().write(OK);
        lines.getLast().write(OK);
        for (Heard one : heard) {
            assertThat(one.await()).isEqualTo(GOOD);
        }
        assertThat(farEnd.isAwaited()).as("a third connection").isFalse();
    }

    @Test
    void whoFindsTheQueueFullIsToldSoAndTheOthersAreServed() throws Exception {
        List<Heard> heard =
                Stream.of("first", "second", "third", "fourth").map(this::send).toList();
        assertThat(send("fifth").await()).isEqualTo("FULL");
        List<FarEnd.Line> lines = bothTaken();
        for (FarEnd.Line line : lines) {
            line.write(OK);
        }
        for (FarEnd.Line line : lines) {
            line.read();
            line.write(OK);
        }
        for (Heard one : heard) {
            assertThat(one.await()).isEqualTo(GOOD);
        }
    }

    @Test
    void oneThatIsCancelledLeavesTheQueueToOthers() throws Exception {
        send("first");
        send("second");
        Heard third = send("third");
        Heard fourth = send("fourth");
        loop.run(third.flight()::reset);
        Heard fifth = send("fifth");
        List<FarEnd.Line> lines = bothTaken();
        lines.getFirst().write(OK);
        assertThat(body(lines.getFirst().read())).isEqualTo("fourth");
        lines.getFirst().write(OK);
        assertThat(fourth.await()).isEqualTo(GOOD);
        assertThat(body(lines.getFirst().read())).isEqualTo("fifth");
        lines.getFirst().write(OK);
        assertThat(fifth.await()).isEqualTo(GOOD);
        assertThat(third.soFar()).isEmpty();
    }

    @Test
    void aConnectionThatEndsMakesRoomForAnother() throws Exception {
        Heard first = send("first");
        send("second");
        Heard third = send("third");
        bothTaken().getFirst().close();
        assertThat(first.await()).isEqualTo("LOST");
        FarEnd.Line fresh = farEnd.accept();
        assertThat(body(fresh.read())).isEqualTo("third");
        fresh.write(OK);
        assertThat(third.await()).isEqualTo(GOOD);
    }

    @Test
    void aCallThatIsCancelledUnderWayMakesRoomForAnother() throws Exception {
        Heard first = send("first");
        send("second");
        Heard third = send("third");
        List<FarEnd.Line> lines = bothTaken();
        loop.run(first.flight()::reset);
        lines.getFirst().awaitEnd();
        FarEnd.Line fresh = farEnd.accept();
        assertThat(body(fresh.read())).isEqualTo("third");
        fresh.write(OK);
        assertThat(third.await()).isEqualTo(GOOD);
    }
}
