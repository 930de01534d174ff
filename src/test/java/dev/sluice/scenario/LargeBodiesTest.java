package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Bodies that come in many pieces: each byte arrives, in its own request, and nothing else does. */
class LargeBodiesTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm}
            models:
              m: vllm/m
            server: {body: 4MiB}
            """;

    private final ScriptedUpstream upstream = new ScriptedUpstream().on("vllm", Answers.of("ok"));

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS);

    private final Random random;

    LargeBodiesTest() {
        long seed = System.nanoTime();
        System.out.println("LargeBodiesTest seed " + seed);
        random = new Random(seed);
    }

    /** @param length of its text, which is some English, some Korean and some escapes */
    private String body(int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            switch (random.nextInt(5)) {
                case 0 -> text.append("안녕하세요. ");
                case 1 -> text.append("\\n\\\"quoted\\\" ");
                default ->
                    text.append("plain words of ").append(random.nextInt()).append(" kinds, ".repeat(400));
            }
        }
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}],\"stream\":false,\"model\":\"m\"}";
    }

    private void arrived(int number, String body) throws InterruptedException {
        assertThat(upstream.awaitVisit(number).request().text()).isEqualTo(body);
    }

    @Test
    void arriveAsTheyWereSentOneAfterTheOtherOnOneConnection() throws Exception {
        int[] lengths = {1_000_000, 10, 33_000, 300_000, 31_000, 2_500_000, 40_000};
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < lengths.length; i++) {
                String body = body(lengths[i]);
                client.post("/v1/chat/completions", body).readUntil("\"ok\"");
                client.forget();
                arrived(i + 1, body);
            }
        }
    }

    @Test
    void mayBeSentBeforeTheAnswerToTheOneBefore() throws Exception {
        String first = body(500_000);
        String second = body(200_000);
        String third = body(10);
        try (RawClient client = gateway.connect()) {
            client.post("/v1/chat/completions", first)
                    .post("/v1/chat/completions", second)
                    .post("/v1/chat/completions", third, "Connection: close")
                    .readAll();
        }
        arrived(1, first);
        arrived(2, second);
        arrived(3, third);
    }

    @Test
    void mayComeAllAtOnce() throws Exception {
        List<String> bodies = Stream.of(800_000, 10, 33_000, 10, 33_000, 33_000, 40_000, 10, 10, 33_000, 33_000, 10)
                .map(this::body)
                .toList();
        StringBuilder all = new StringBuilder();
        for (String body : bodies) {
            all.append("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n\r\n")
                    .append(body);
        }
        String later = body(70_000);
        try (RawClient client = gateway.connect()) {
            client.send(all.toString());
            upstream.awaitVisit(bodies.size());
            client.post("/v1/chat/completions", later, "Connection: close").readAll();
        }
        for (int i = 0; i < bodies.size(); i++) {
            arrived(i + 1, bodies.get(i));
        }
        arrived(bodies.size() + 1, later);
    }

    @Test
    void mayWaitUntilTheyAreWanted() throws Exception {
        String body = body(200_000);
        try (RawClient client = gateway.connect()) {
            client.send(
                            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
                                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n")
                    .readUntil("100 Continue");
            client.send(body).readUntil("\"ok\"");
        }
        arrived(1, body);
    }

    @Test
    void oneThatIsTooLargeIsRefusedThoughAllOfItComes() throws IOException {
        try (RawClient client = gateway.connect()) {
            String answer = client.post("/v1/chat/completions", body(5_000_000)).readAll();
            assertThat(answer).startsWith("HTTP/1.1 413").contains("4194304 bytes; send less at once");
        }
        assertThat(upstream.visits()).isEmpty();
    }

    @Test
    void oneThatIsTooLargeIsNotEvenWanted() throws IOException {
        try (RawClient client = gateway.connect()) {
            String answer = client.send(
                            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n")
                    .readAll();
            assertThat(answer).startsWith("HTTP/1.1 413").contains("4194304 bytes; send less at once");
        }
    }

    @Test
    void oneThatIsCutOffLeavesNothingBehind() throws Exception {
        String body = body(1_000_000);
        try (RawClient client = gateway.connect()) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n" + body);
        }
        String whole = body(3_000_000);
        assertThat(gateway.post("/v1/chat/completions", whole).status()).isEqualTo(200);
        arrived(1, whole);
        assertThat(upstream.visits()).hasSize(1);
    }
}
