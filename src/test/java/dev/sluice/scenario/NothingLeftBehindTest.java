package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is started every day must not fill the folder for temporary files. */
class NothingLeftBehindTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            """;

    @TempDir
    private Path folder;

    @Test
    void afterAnOrderlyEnd() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                ChildGateway gateway = ChildGateway.start(upstream, SETTINGS, folder)) {
            ask(gateway);
            gateway.terminate();
            assertThat(gateway.exit()).isZero();
        }
        assertThat(ChildGateway.temporary(folder)).isEmptyDirectory();
    }

    @Test
    void afterAKill() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                ChildGateway gateway = ChildGateway.start(upstream, SETTINGS, folder)) {
            ask(gateway);
            gateway.kill();
        }
        assertThat(ChildGateway.temporary(folder)).isEmptyDirectory();
    }

    private static void ask(ChildGateway gateway) throws IOException {
        try (RawClient client = new RawClient(gateway.port())) {
            String body = "{\"model\":\"deepseek-flash\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
            assertThat(client.post("/v1/chat/completions", body, "Connection: close")
                            .readAll())
                    .contains("HTTP/1.1 200");
        }
    }
}
