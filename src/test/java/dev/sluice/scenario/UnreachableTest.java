package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers to which no connection comes about: no such host, nobody there, a certificate that nobody vouches for. */
class UnreachableTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              lost: {kind: openai-compatible, url: "$LOST", free: true}
              here: {kind: openai-compatible, url: $UP/here}
            models:
              both: {order: written, chain: [lost/a, here/b]}
              alone: lost/a
            """;

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream().on("here", Answers.of("ok"));

    private void othersTakeOverAndTheErrorSays(String address, String words) throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS.replace("$LOST", address))) {
            Reply reply = gateway.stream("both");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("x-sluice-provider")).isEqualTo("here");
            for (String path : List.of("/v1/chat/completions", "/api/chat")) {
                Reply refused = gateway.post(path, TestGateway.chatBody("alone", false));
                assertThat(refused.status()).isGreaterThanOrEqualTo(502);
                assertThat(refused.header("x-sluice-provider")).isEqualTo("lost");
                assertThat(refused.body())
                        .contains("provider 'lost'", words)
                        .doesNotContain("Exception", "at dev.sluice", "javax", "invalid", "127.0.0.1");
            }
            assertThat(gateway.awaitLedger(6))
                    .filteredOn(row -> row.provider().equals("lost"))
                    .allMatch(row -> row.state().equals("VOIDED") && row.how().equals("connect"));
        }
    }

    @Test
    void aHostThatDoesNotExist() throws IOException { // F01
        othersTakeOverAndTheErrorSays("http://no-such-host.invalid/v1", "no name server knows");
    }

    @Test
    void aPortOnWhichNobodyListens() throws IOException { // F01
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        othersTakeOverAndTheErrorSays("http://127.0.0.1:" + port + "/v1", "could not be reached");
    }

    @Test
    void aCertificateThatIsNotTrusted() throws Exception { // F01
        try (TlsProvider server = new TlsProvider(folder, "ip:127.0.0.1")) {
            othersTakeOverAndTheErrorSays(server.address(), "no certificate that is trusted");
        }
    }

    @Test
    void aServerThatSpeaksNoTls() throws Exception { // F01
        othersTakeOverAndTheErrorSays(
                upstream.address("plain").replace("http:", "https:"), "no certificate that is trusted");
    }
}
