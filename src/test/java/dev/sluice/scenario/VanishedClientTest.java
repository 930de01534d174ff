package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.UpstreamRequest;
import dev.sluice.testing.VanishingClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The third way to leave, beside FIN and RST: the client's end of the line is gone and nothing says so. */
class VanishedClientTest { // S08
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final String SETTINGS =
            TestGateway.QUICK + """
            listen: {host: $HERE, port: 0, loops: 1}
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

    private static void assertNoticed(Script answer, boolean stream, String read) throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream().on("deepseek", answer);
                VanishingClient client = VanishingClient.linked();
                TestGateway gateway = TestGateway.start(upstream, SETTINGS.replace("$HERE", client.here()))
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

    @Test
    void whoVanishesInAStreamIsNoticedBecauseNothingIsTakenAnyMore() throws Exception {
        assertNoticed(trickle(), true, "piece ");
    }

    @Test
    void whoVanishesWhileNothingIsWrittenIsNoticedBecauseNobodyAnswers() throws Exception {
        assertNoticed(Scripts.silent(), false, "");
    }
}
