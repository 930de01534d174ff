package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.UpstreamRequest;
import dev.sluice.testing.VanishingClient;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The third way to leave, beside FIN and RST: the client's end of the line is gone and nothing says so. */
class VanishedClientTest { // S08
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final String SETTINGS =
            TestGateway.QUICK + """
            listen: {host: $HERE, port: 0, loops: 1, transport: $TRANSPORT}
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            keys:
              - {name: client, key: key-of-the-client}
            server: {stalled-client: %ds}
            """.formatted(Integer.getInteger("sluice.stalled-client", 2));

    private static Script trickle() {
        return visit -> {
            UpstreamRequest request = visit.request();
            visit.begin(200, Answers.contentType(request));
            String piece = Answers.of("piece ").frames(request).get(1);
            for (int i = 0; i < 900; i++) {
                visit.send(piece);
                visit.pause(Duration.ofMillis(100));
            }
        };
    }

    private static void assertNoticed(String transport, Script answer, boolean stream, String read) throws Exception {
        assumeThat(transport.equals("epoll") ? Epoll.isAvailable() : IoUring.isAvailable())
                .as(transport + " can be had on this machine")
                .isTrue();
        try (ScriptedUpstream upstream = new ScriptedUpstream().on("deepseek", answer);
                VanishingClient client = VanishingClient.linked();
                TestGateway gateway = TestGateway.start(
                                upstream,
                                SETTINGS.replace("$HERE", client.here()).replace("$TRANSPORT", transport))
                        .withoutSums()) {
            client.post(
                    gateway.port(),
                    "/v1/chat/completions",
                    TestGateway.chatBody("deepseek-flash", stream),
                    "key-of-the-client");
            upstream.awaitVisit(1);
            if (!read.isEmpty()) {
                client.readUntil(read);
            }
            client.vanish();
            long vanished = System.nanoTime();
            assertThat(upstream.last().sawHangUp(LONGEST))
                    .as("its provider is told")
                    .isTrue();
            System.out.println(
                    "a client that vanished " + (stream ? "in its stream" : "while it waited") + " was noticed after "
                            + upstream.last().hangUpAfter(vanished).toMillis() + " ms");
            assertThat(gateway.awaitRow(1).how()).isEqualTo("cancelled");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void whoVanishesInAStreamIsNoticedBecauseNothingIsTakenAnyMore(String transport) throws Exception {
        assertNoticed(transport, trickle(), true, "piece ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void whoVanishesWhileNothingIsWrittenIsNoticedBecauseNobodyAnswers(String transport) throws Exception {
        assertNoticed(transport, Scripts.silent(), false, "");
    }
}
