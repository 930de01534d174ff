package dev.sluice.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests about a model reach the Ollama that has it, under the name that it has there. */
class ServerNamesTest {
    private final HttpServer ollama;
    private final TestGateway gateway;

    /** The server says what it was asked. */
    ServerNamesTest() throws IOException {
        ollama = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ollama.createContext("/api/", exchange -> {
            byte[] asked = (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                            + new String(exchange.getRequestBody().readAllBytes(), UTF_8))
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, asked.length);
            exchange.getResponseBody().write(asked);
            exchange.close();
        });
        ollama.start();
        gateway = TestGateway.owning(
                new ScriptedUpstream(),
                TestGateway.QUICK + """
                backend-mode: ollama
                providers:
                  ollama: {url: "http://127.0.0.1:%d"}
                  vllm: {url: $UP/vllm}
                models:
                  olm: ollama/llama:7b
                  far: vllm/x
                """.formatted(ollama.getAddress().getPort()));
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        ollama.stop(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | show | {\"model\":\"olm\"} | {\"model\":\"llama:7b\"}",
                "POST | show | { \"name\" : \"ollama/llama:7b\", \"verbose\":true } | { \"name\" : \"llama:7b\", \"verbose\":true }",
                "POST | show | {\"model\":\"llama:7b\"} | {\"model\":\"llama:7b\"}",
                "POST | show | {\"model\":\"OLM:latest\"} | {\"model\":\"llama:7b\"}",
                "POST | pull | {\"model\":\"ollama/llama:7b\"} | {\"model\":\"llama:7b\"}",
                "POST | pull | {\"model\":\"olm\",\"stream\":false} | {\"model\":\"llama:7b\",\"stream\":false}",
                "POST | push | {\"model\":\"ollama/me/llama:7b\"} | {\"model\":\"me/llama:7b\"}",
                "POST | copy | {\"source\":\"olm\",\"destination\":\"olm\"} | {\"source\":\"llama:7b\",\"destination\":\"olm\"}",
                "POST | create | {\"model\":\"new\",\"from\":\"olm\"} | {\"model\":\"new\",\"from\":\"llama:7b\"}",
                "DELETE | delete | {\"model\":\"llama:7b\"} | {\"model\":\"llama:7b\"}",
                "DELETE | delete | {\"model\":\"LLAMA:7b\"} | {\"model\":\"LLAMA:7b\"}",
                "DELETE | delete | {\"name\":\"ollama/llama:7b\"} | {\"name\":\"llama:7b\"}",
                "DELETE | delete | {\"model\":\"new\"} | {\"model\":\"new\"}",
                "DELETE | delete | {broken | {broken",
            })
    void theServerIsAskedByItsOwnName(String method, String route, String body, String asked) {
        Reply reply = gateway.ask(method, "/api/" + route, body);
        assertThat(reply.body()).isEqualTo(method + " /api/" + route + " " + asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"olm", "olm:latest", "OLM"})
    void anAliasIsNotDeletedBecauseTheModelBehindItWouldBe(String alias) {
        Reply reply = gateway.ask("DELETE", "/api/delete", "{\"model\":\"" + alias + "\"}");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).contains("'llama:7b'; delete that one");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "show | {\"model\":\"hidden\"} | 404",
                "show | {\"model\":\"hidden\",\"model\":null,\"name\":\"olm\"} | 404",
                "show | {\"model\":null,\"name\":\"olm\"} | 200 POST /api/show {\"model\":null,\"name\":\"llama:7b\"}",
                "pull | {\"model\":\"hidden\",\"model\":null,\"name\":\"olm\"} | 404",
                "pull | {\"model\":\"olm\",\"stream\":false} | 200 {\"status\":\"success\"}",
            })
    void aKeyForSomeModelsReachesNoOtherAndPullsNone(String route, String body, String answer) throws IOException {
        int port = ollama.getAddress().getPort();
        String settings = TestGateway.QUICK + """
                backend-mode: ollama
                providers:
                  ollama: {url: "http://127.0.0.1:%d"}
                  second: {kind: ollama, url: "http://127.0.0.1:%d"}
                models: {olm: ollama/llama:7b, hidden: second/secret:70b}
                keys: [{name: narrow, key: the-key-of-the-narrow, models: [olm]}]
                """.formatted(port, port);
        try (TestGateway narrow = TestGateway.owning(new ScriptedUpstream(), settings)) {
            Reply reply = narrow.ask("POST", "/api/" + route, body, "authorization", "Bearer the-key-of-the-narrow");
            assertThat(reply.status() + " " + reply.body()).startsWith(answer);
        }
    }

    @Test
    void whatAnotherServerHasIsStillToldByTheGateway() {
        assertThat(gateway.post("/api/show", "{\"model\":\"far\"}").body()).contains("\"modelfile\"");
    }
}
