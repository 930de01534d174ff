package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions, expectations and bodies that are not what HTTP says, on bare sockets. */
class ProtocolTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              ollama: {url: $UP/ollama}
            models:
              m: ollama/m
            """;
    private static final String CHAT =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stream\":false}";

    private final ScriptedUpstream upstream = new ScriptedUpstream().on("ollama", Answers.of("ok"));

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS);

    private String answer(String request) throws IOException {
        try (RawClient client = gateway.connect()) {
            return client.send(request).readAll();
        }
    }

    private static String chat(String path, String version, String headers) {
        return "POST " + path + " " + version + "\r\nHost: localhost\r\nContent-Length: " + CHAT.length() + "\r\n"
                + headers + "Connection: close\r\n\r\n" + CHAT;
    }

    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "100-Continue"})
    void aClientThatWaitsIsToldToGoOn(String expectation) throws IOException {
        String request = chat("/api/chat", "HTTP/1.1", "Expect: " + expectation + "\r\n");
        try (RawClient client = gateway.connect()) {
            client.send(request.replace(CHAT, "")).readUntil("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.send(CHAT).readAll()).contains("HTTP/1.1 200 ");
        }
    }

    /** It would take that for the answer (RFC 9110, 10.1.1). */
    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "200-ok"})
    void aClientOfTheOldProtocolIsToldNothingBeforeItsAnswer(String expectation) throws IOException {
        assertThat(answer(chat("/api/chat", "HTTP/1.0", "Expect: " + expectation + "\r\n")))
                .matches("(?s)HTTP/1\\.\\d 200 .*")
                .doesNotContain(" 100 ");
    }

    @ParameterizedTest
    @CsvSource({"/api/chat, 200-ok", "/v1/chat/completions, 200-ok", "/api/chat, '100-continue, 200-ok'"})
    void anExpectationThatNobodyMeetsIsRefused(String path, String expectation) throws IOException {
        String both = chat(path, "HTTP/1.1", "Expect: " + expectation + "\r\n").replace("Connection: close\r\n", "");
        assertThat(answer(both + both))
                .startsWith("HTTP/1.1 417 ")
                .contains("\"error\"", "Expect")
                .doesNotContain(" 200 ", " 100 ");
        assertThat(upstream.visits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {": x", " : x", ":"})
    void aHeaderWithoutANameIsRefused(String line) throws IOException {
        assertThat(answer(chat("/api/chat", "HTTP/1.1", line + "\r\n")))
                .startsWith("HTTP/1.1 400 ")
                .contains("\"error\"");
        assertThat(upstream.visits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/9.9", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1"})
    void aVersionThatIsNotSpokenHereIsRefusedInOneThatIs(String version) throws IOException {
        assertThat(answer(chat("/api/chat", version, "") + chat("/api/chat", "HTTP/1.1", "")))
                .startsWith("HTTP/1.1 505 ")
                .contains("\"error\"", "HTTP/1.1")
                .doesNotContain(" 200 ");
        assertThat(upstream.visits()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/api/chat, zz", "/v1/chat/completions, -1", "/api/show, ''", "/v1/embeddings, 'FFFFFFFFFFFFFFFFF'"})
    void aChunkWhoseSizeCannotBeReadIsToldBeforeTheConnectionCloses(String path, String size) throws IOException {
        String start = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        String rest = size + "\r\nhello\r\n0\r\n\r\n" + chat("/api/chat", "HTTP/1.1", "");
        assertThat(answer(start + rest))
                .startsWith("HTTP/1.1 400 ")
                .contains("\"error\"", "chunk")
                .containsIgnoringCase("connection: close")
                .doesNotContain(" 200 ");
        try (RawClient client = gateway.connect()) {
            assertThat(client.send(start + "1\r\n{\r\n").send(rest).readAll()).startsWith("HTTP/1.1 400 ");
        }
        assertThat(upstream.visits()).isEmpty();
    }

    @Test
    void aSecondRequestWithABrokenChunkLeavesTheAnswerToTheFirst() throws IOException {
        String first = chat("/api/chat", "HTTP/1.1", "").replace("Connection: close\r\n", "");
        try (RawClient client = gateway.connect()) {
            client.send(first).readUntil("\"done\":true");
            String second = client.send(
                            "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
                    .readAll();
            assertThat(second).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 400 ");
        }
    }
}
