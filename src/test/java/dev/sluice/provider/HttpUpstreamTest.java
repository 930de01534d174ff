package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Secret;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Requests on real sockets: what goes over them, what comes back, and which connection carries what. */
class HttpUpstreamTest {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    @AutoClose
    private final FarEnd farEnd = new FarEnd();

    @AutoClose
    private final TestLoop loop = new TestLoop();

    private final ProviderConfig provider = ProviderConfig.of(
            "far",
            Catalogue.find("vllm").orElseThrow(),
            URI.create(farEnd.address() + "/v1/"),
            Optional.of(new Secret("k")));

    private Heard send(String method, String body) {
        Outbound outbound = new Outbound("/chat", Slices.of(body.getBytes(StandardCharsets.UTF_8)), false, List.of());
        return loop.send(provider, method, outbound);
    }

    private Heard send() {
        return send("POST", "{}");
    }

    /** A call that is answered, after which its connection is free again. */
    private FarEnd.Line answered() throws Exception {
        Heard heard = send();
        FarEnd.Line line = farEnd.accept();
        line.read();
        line.write(OK);
        assertThat(heard.await()).isEqualTo("200 ok end");
        return line;
    }

    @Test
    void aRequestSaysWhoAsksWhatAndForWhichCall() throws Exception {
        send("POST", "{\"a\":1}");
        String request = farEnd.accept().read();
        assertThat(request)
                .startsWith("POST /v1/chat HTTP/1.1\r\nhost: 127.0.0.1:" + farEnd.port() + "\r\n")
                .contains("authorization: Bearer k\r\n", "x-request-id: id\r\n", "accept-encoding: identity\r\n")
                .endsWith("content-length: 7\r\n\r\n{\"a\":1}");
    }

    @Test
    void aLongBodyArrivesWhole() throws Exception {
        String body = "x".repeat(3_000_000);
        Heard heard = send("POST", body);
        FarEnd.Line line = farEnd.accept();
        assertThat(line.read()).endsWith("\r\n\r\n" + body);
        line.write(OK);
        assertThat(heard.await()).isEqualTo("200 ok end");
    }

    @Test
    void theNextRequestGoesOverTheSameConnection() throws Exception {
        FarEnd.Line line = answered();
        Heard next = send();
        line.read();
        line.write(OK);
        assertThat(next.await()).isEqualTo("200 ok end");
        assertThat(farEnd.accepted()).isEqualTo(1);
    }

    @Test
    void whatComesBehindAnAnswerIsNobodysAnswer() throws Exception {
        Heard heard = send();
        FarEnd.Line line = farEnd.accept();
        line.read();
        line.write(OK + "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil");
        assertThat(heard.await()).isEqualTo("200 ok end");
        line.awaitEnd();
        answered();
        assertThat(farEnd.accepted()).isEqualTo(2);
    }

    @Test
    void aConnectionThatItsProviderWillCloseIsNotUsedAgain() throws Exception {
        Heard heard = send();
        FarEnd.Line line = farEnd.accept();
        line.read();
        line.write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
        assertThat(heard.await()).isEqualTo("200 ok end");
        line.awaitEnd();
        answered();
    }

    @Test
    void aConnectionWithoutWorkIsClosedBeforeItsProviderDoesSo() throws Exception {
        FarEnd.Line line = answered();
        loop.advance(Duration.ofSeconds(29));
        assertThat(line.isOpen()).isTrue();
        loop.advance(Duration.ofSeconds(2));
        line.awaitEnd();
    }

    @Test
    void aProviderMaySayHowLongItKeepsAConnection() throws Exception {
        Heard heard = send();
        FarEnd.Line line = farEnd.accept();
        line.read();
        line.write("HTTP/1.1 200 OK\r\nkeep-alive: timeout=5, max=9\r\ncontent-length: 2\r\n\r\nok");
        assertThat(heard.await()).isEqualTo("200 ok end");
        loop.advance(Duration.ofSeconds(6));
        line.awaitEnd();
    }

    @Test
    void aFreshConnectionThatEndsIsLostAndAKeptOneStale() throws Exception {
        Heard first = send();
        FarEnd.Line fresh = farEnd.accept();
        fresh.read();
        fresh.close();
        assertThat(first.await()).isEqualTo("LOST");
        FarEnd.Line kept = answered();
        Heard second = send();
        kept.read();
        kept.close();
        assertThat(second.await()).isEqualTo("STALE");
    }

    @Test
    void anAnswerThatIsCutIsLost() throws Exception {
        FarEnd.Line line = answered();
        Heard heard = send();
        line.read();
        line.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal");
        line.close();
        assertThat(heard.await()).isEqualTo("200 hal LOST");
    }

    @Test
    void anAnswerWithoutALengthEndsWithItsConnection() throws Exception {
        Heard heard = send();
        FarEnd.Line line = farEnd.accept();
        line.read();
        line.write("HTTP/1.1 200 OK\r\n\r\nall of it");
        line.close();
        assertThat(heard.await()).isEqualTo("200 all of it end");
        answered();
    }

    @Test
    void noHttpAtAllIsLost() throws Exception {
        Heard heard = send();
        FarEnd.Line line = farEnd.accept();
        line.read();
        line.write("SSH-2.0-OpenSSH_9.9\r\n\r\n");
        assertThat(heard.await()).isEqualTo("LOST");
        line.awaitEnd();
    }

    @Test
    void signsBeforeTheAnswerAreNoAnswer() throws Exception {
        Heard heard = send();
        FarEnd.Line line = farEnd.accept();
        line.read();
        line.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + OK);
        assertThat(heard.await()).isEqualTo("200 ok end");
    }

    @Test
    void aSwitchToAnotherProtocolIsLostAndNeverTakenForAStaleConnection() throws Exception {
        String switching = "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n";
        FarEnd.Line kept = answered();
        Heard second = send();
        kept.read();
        kept.write(switching + OK);
        assertThat(second.await()).isEqualTo("LOST");
        kept.awaitEnd();
        Heard third = send();
        FarEnd.Line fresh = farEnd.accept();
        fresh.read();
        fresh.write(switching);
        assertThat(third.await()).isEqualTo("LOST");
        fresh.awaitEnd();
    }

    @Test
    void anAnswerToAHeadHasNoBody() throws Exception {
        Heard heard = send("HEAD", "");
        FarEnd.Line line = farEnd.accept();
        line.read();
        line.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        assertThat(heard.await()).isEqualTo("200 end");
        Heard next = send();
        line.read();
        line.write(OK);
        assertThat(next.await()).isEqualTo("200 ok end");
    }

    @Test
    void droppingARequestEndsItsOwnConnectionAndNoOther() throws Exception {
        Heard dropped = send();
        FarEnd.Line one = farEnd.accept();
        one.read();
        Heard other = send();
        FarEnd.Line two = farEnd.accept();
        two.read();
        loop.run(dropped.flight()::reset);
        one.awaitEnd();
        two.write(OK);
        assertThat(other.await()).isEqualTo("200 ok end");
        assertThat(dropped.soFar()).isEmpty();
        loop.run(other.flight()::reset); // After the end it changes nothing.
        assertThat(two.isOpen()).isTrue();
    }

    @Test
    void aPausedAnswerKeepsItsProviderWaiting() throws Exception {
        int size = 64 << 20;
        Heard heard = send();
        FarEnd.Line line = farEnd.accept();
        line.read();
        loop.run(heard.flight()::pause);
        line.write("HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n");
        Thread sender = Thread.ofVirtual().start(() -> line.flood(size));
        assertThat(sender.join(Duration.ofMillis(300))).isFalse();
        assertThat(heard.bytes()).isLessThan(1 << 20);
        loop.run(heard.flight()::resume);
        heard.await();
        assertThat(heard.bytes()).isEqualTo(size);
    }

    @Test
    void whereNobodyListensNothingIsReached() throws Exception {
        farEnd.close();
        assertThat(send().await()).isEqualTo("NOT_REACHED");
    }
}
