package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.TlsProvider;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider behind TLS, asked by a gateway whose Java trusts its certificate. */
class TlsTest {
    private static final int LONG = 3_000_000;

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private ChildGateway gateway(TlsProvider provider) throws IOException {
        String settings = TestGateway.QUICK + """
                providers:
                  far: {kind: openai-compatible, url: "%s", free: true}
                models:
                  a: far/a
                """.formatted(provider.address());
        return ChildGateway.start(upstream, settings, folder, provider.trusting());
    }

    private static String ask(ChildGateway gateway, String body, String end) throws IOException {
        try (RawClient client = new RawClient(gateway.port())) {
            return client.post("/v1/chat/completions", body).readUntil(end).soFar();
        }
    }

    @Test
    void whereItIsTrustedCallsOfAnyLengthGoOverOneConnection() throws Exception {
        try (TlsProvider provider = new TlsProvider(folder, "ip:127.0.0.1");
                ChildGateway gateway = gateway(provider)) {
            String shortOne = TestGateway.chatBody("a", false);
            for (String body : new String[] {shortOne, shortOne.replace("Hi", "x".repeat(LONG)), shortOne}) {
                assertThat(ask(gateway, body, "in secret")).contains(" 200 ");
            }
            assertThat(provider.longest()).isGreaterThan(LONG);
            assertThat(provider.connections()).isEqualTo(1);
        }
    }

    @Test
    void aTrustedCertificateOfSomebodyElseIsRefused() throws Exception {
        try (TlsProvider provider = new TlsProvider(folder, "dns:elsewhere.example");
                ChildGateway gateway = gateway(provider)) {
            assertThat(ask(gateway, TestGateway.chatBody("a", false), "no certificate that is trusted"))
                    .contains(" 503 ");
            assertThat(provider.connections()).isZero();
        }
    }
}
