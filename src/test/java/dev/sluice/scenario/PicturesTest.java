package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Pictures that come to a model which reads only text. */
class PicturesTest {
    private static final Answers GOOD = Answers.of("I see");
    private static final String PICTURE =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    private static final String CHAT =
            "{\"model\":\"%s\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"What is it?\",\"images\":[\""
                    + PICTURE + "\"]}]}";
    private static final String SETTINGS = TestGateway.QUICK + """
            server: {idle-connection: 1000h}
            providers:
              vllm: {url: $UP/vllm}
              ollama: {url: $UP/ollama}
              seeing: {kind: openai-compatible, url: $UP/seeing}
            models:
              m: vllm/m
              both: {order: written, chain: [vllm/m, seeing/s]}
              native: ollama/m
            """;

    /** As the real vLLM 0.32.0 answers. */
    private static final Script TEXT_ONLY = visit -> {
        if (visit.request().text().contains("image_url")) {
            Scripts.status(400, "m is not a multimodal model").play(visit);
        } else {
            GOOD.play(visit);
        }
    };

    private final HandTicker ticker = new HandTicker();
    private final Clocks clocks = new Clocks(ticker, new HandClock(TestGateway.QUIET_DAY));

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().on("vllm", TEXT_ONLY).on("seeing", GOOD).on("ollama", GOOD);

    @Test
    void areLeftOutForAnOllamaClientAndTheModelIsRememberedForAnHour() throws IOException { // check 38
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            Reply first = gateway.post("/api/chat", CHAT.formatted("m"));
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.text()).isEqualTo("I see");
            assertThat(first.header("x-sluice-dropped")).isEqualTo("images");
            assertThat(upstream.visits()).hasSize(2);
            assertThat(upstream.last().request().text()).doesNotContain(PICTURE).contains("What is it?");
            assertThat(gateway.awaitLedger(2)).extracting("how").containsExactly("images_refused", "ok");

            Reply second = gateway.post("/api/chat", CHAT.formatted("m").replace("false", "true"));
            assertThat(second.text()).isEqualTo("I see");
            assertThat(second.header("x-sluice-dropped")).isEqualTo("images");
            assertThat(upstream.visits()).as("not asked with the picture again").hasSize(3);

            ticker.advance(Duration.ofMinutes(61));
            assertThat(gateway.post("/api/chat", CHAT.formatted("m")).status()).isEqualTo(200);
            assertThat(upstream.visits()).hasSize(5);
        }
    }

    @Test
    void areLeftOutOfAGenerationToo() throws IOException { // check 38
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            Reply reply = gateway.post(
                    "/api/generate",
                    "{\"model\":\"m\",\"prompt\":\"What is it?\",\"stream\":false,\"images\":[\"" + PICTURE + "\"]}");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("x-sluice-dropped")).isEqualTo("images");
        }
    }

    @Test
    void goToAnotherProviderOfTheChainThatCanSee() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            for (int i = 0; i < 2; i++) {
                Reply reply = gateway.post("/api/chat", CHAT.formatted("both"));
                assertThat(reply.header("x-sluice-provider")).isEqualTo("seeing");
                assertThat(reply.header("x-sluice-dropped")).isEmpty();
                assertThat(upstream.last().request().text()).contains(PICTURE);
            }
            assertThat(upstream.visits("vllm")).hasSize(1);
        }
    }

    @Test
    void areSeenByAnOllamaServerAsTheyCame() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            assertThat(gateway.post("/api/chat", CHAT.formatted("native")).status())
                    .isEqualTo(200);
            assertThat(upstream.last().request().text()).contains(PICTURE);
        }
    }

    @Test
    void areRefusedToAnOpenAiClient() throws IOException {
        String call = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"data:image/png;base64," + PICTURE + "\"}}]}]}";
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, clocks)) {
            for (int i = 1; i <= 2; i++) {
                Reply reply = gateway.post("/v1/chat/completions", call);
                assertThat(reply.status()).isEqualTo(400);
                assertThat(reply.body()).contains("not a multimodal model");
                assertThat(upstream.visits()).hasSize(i);
            }
        }
    }
}
