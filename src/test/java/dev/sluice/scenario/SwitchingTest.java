package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The switch between the two local servers while calls run. */
class SwitchingTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            backend-mode: vllm
            providers:
              vllm: {url: $UP/vllm/v1}
              ollama: {url: $UP/ollama}
            model-map:
              tiny: org/tiny
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private static String switchTo(TestGateway gateway, String mode) throws IOException {
        String body = "{\"backend_mode\":\"" + mode + "\"}";
        try (RawClient client = gateway.connect()) {
            return client.send("PUT /admin/backend-mode HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                            + "\r\nConnection: close\r\n\r\n" + body)
                    .readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "please: \"backend_mode\": \"ollama\"",
                "{\"backend_mode\":\"ollama\"",
                "{\"backend_mode\":\"ollama\"} {}",
                "{\"note\":{\"backend_mode\":\"ollama\"}}",
                "[{\"backend_mode\":\"ollama\"}]",
                "{\"backend_mode\":[\"ollama\"]}",
            })
    void anOrderThatIsNoJsonObjectWithAModeSwitchesNothing(String body) throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.ask("PUT", "/admin/backend-mode", body).status()).isEqualTo(400);
            assertThat(gateway.get("/health").body()).contains("\"backend_mode\":\"vllm\"");
        }
    }

    @Test
    void aModeThatHasNoServerIsSwitchedToWithAWarning() throws IOException {
        String settings = TestGateway.QUICK + "providers: {ollama: {url: $UP/ollama}}\n";
        try (TestGateway gateway = TestGateway.start(upstream, settings)) {
            assertThat(gateway.ask("PUT", "/admin/backend-mode", "{\"backend_mode\":\"vllm\"}")
                            .body())
                    .contains("\"backend_mode\":\"vllm\"", "\"warning\":\"there is no provider of the kind vllm");
            assertThat(gateway.ask("PUT", "/admin/backend-mode", "{\"backend_mode\":\"ollama\"}")
                            .body())
                    .isEqualTo("{\"backend_mode\":\"ollama\"}");
        }
    }

    @Test
    void aRunningStreamEndsWhereItBeganAndNewCallsGoToTheOther() throws Exception { // check 59
        Answers answer = Answers.of("begun", "ended");
        Semaphore switched = new Semaphore(0);
        upstream.on("ollama", Answers.of("other")).on("vllm", visit -> {
            visit.begin(200, "text/event-stream");
            for (String frame : answer.frames(visit.request())) {
                if (frame.contains("ended") && !switched.tryAcquire(10, TimeUnit.SECONDS)) {
                    return;
                }
                visit.send(frame);
            }
            visit.end();
        });
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS);
                RawClient running = gateway.connect()) {
            running.post("/api/chat", TestGateway.chatBody("tiny", true)).readUntil("begun");
            assertThat(switchTo(gateway, "ollama")).contains("{\"backend_mode\":\"ollama\"}");
            assertThat(gateway.chat("tiny").text()).isEqualTo("other");
            switched.release();
            running.readUntil("\"done\":true");
            assertThat(running.soFar()).contains("ended").doesNotContain("error");
            assertThat(switchTo(gateway, "neither")).startsWith("HTTP/1.1 400");
            assertThat(gateway.get("/health").body()).contains("\"backend_mode\":\"ollama\"");
        }
    }
}
