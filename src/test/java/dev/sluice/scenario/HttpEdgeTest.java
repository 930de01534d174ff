package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in at the edge on bare sockets: framing, hosts, origins, routes. */
class HttpEdgeTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              ollama: {url: $UP/ollama}
            models:
              m: ollama/m
            server: {body: 64KiB, headers: 16KiB}
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

    private static String chatWith(String headers) {
        return "POST /api/chat HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n" + CHAT;
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%zz", "%4", "a%2", "%ff"})
    void answersANameWhoseEscapesAreNone(String name) throws IOException {
        assertThat(answer("GET /v1/models/" + name + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .contains("model_not_found");
    }

    /** It has neither a length nor chunks, so nothing else could tell its client that it is over. */
    @Test
    void aStreamOverTheOldProtocolEndsWithItsConnection() throws IOException {
        String body = CHAT.replace("\"stream\":false", "\"stream\":true");
        String reply = answer("POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        assertThat(reply).contains("\r\n\r\ndata: {").endsWith("data: [DONE]\n\n");
    }

    @Test
    void givesItsIdAlsoToWhatItRefusesAtTheDoor() throws IOException {
        assertThat(answer("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("x-request-id: ");
        assertThat(answer("OPTIONS /api/chat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .contains("x-request-id: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/v1/chat/completions", "/api/generate"})
    void refusesANameLongerThanAnyModelHas(String path) {
        String longest = "y".repeat(256);
        assertThat(gateway.post(path, TestGateway.chatBody(longest, false)).body())
                .doesNotContain("256");
        Reply reply = gateway.post(path, TestGateway.chatBody(longest + "y", false));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("the name of a model has at most 256 characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 91",
                "Content-Length: +91",
                "Content-Length: 0x5b",
                "Content-Length: 91,91",
                "Content-Length: -1",
                "Content-Length: 99999999999999999999",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Content-Length : 91",
            })
    void refusesALengthThatTwoServersCouldReadDifferently(String framing) throws IOException { // H01, H02
        String reply = answer(chatWith(framing + "\r\nConnection: close"));
        assertThat(reply).matches("(?s)HTTP/1\\.1 4\\d\\d .*|");
        assertThat(upstream.visits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "chunked, gzip", "gzip", "identity"})
    void closesAConnectionWhoseBodyItCannotDelimit(String encoding) throws IOException { // H02
        String reply = answer(chatWith("Transfer-Encoding: " + encoding).replace(CHAT, "5\r\nhello\r\n0\r\n\r\n"));
        assertThat(reply).startsWith("HTTP/1.1 400").doesNotContain("HTTP/1.1 2");
        assertThat(upstream.visits()).isEmpty();
    }

    @Test
    void neverTakesTheRestOfAnAmbiguousRequestForASecondOne() throws IOException { // H01
        String smuggled = "0\r\n\r\nGET /api/tags HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String reply = answer("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + smuggled.length()
                + "\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled);
        assertThat(reply).doesNotContain("\"models\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/chat HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n",
                "POST /api/chat HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n",
                "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
                "GET /api/tags HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
            })
    void nothingRunsBehindARefusalThatClosesTheConnection(String refused) throws IOException { // H01
        String reply = answer(refused + chatWith("Content-Length: " + CHAT.length()));
        assertThat(reply).startsWith("HTTP/1.1 4").doesNotContain("HTTP/1.1 2");
        assertThat(upstream.visits()).isEmpty();
    }

    @Test
    void nothingRunsBehindABodyThatIsTooLarge() throws IOException { // H01, H13
        String large = chatWith("Content-Length: 70000").replace(CHAT, "x".repeat(70_000));
        String reply = answer(large + chatWith("Content-Length: " + CHAT.length()));
        assertThat(reply).startsWith("HTTP/1.1 413").doesNotContain("HTTP/1.1 2");
        assertThat(upstream.visits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: a\r\nHost: b\r\n"})
    void refusesNoHostAndTwoHosts(String hosts) throws IOException { // H05
        assertThat(answer("GET /api/version HTTP/1.1\r\n" + hosts + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example,      403",
        "localhost,         200",
        "LOCALHOST:11435,   200",
        "127.0.0.1:1,       200",
        "192.168.1.7,       200",
        "box.local,         200",
        "8.8.8.8,           403",
        "localhost.evil.example, 403",
    })
    void answersOnlyHostsNearby(String host, int status) throws IOException { // A24
        assertThat(answer("GET /api/version HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status);
    }

    /** The target's own authority is the one that counts (RFC 9112, section 3.2.2), and the Host must not lie either. */
    @ParameterizedTest
    @CsvSource({
        "http://evil.example/api/version,           localhost,    403",
        "HTTP://evil.example:80/api/version,        localhost,    403",
        "http://localhost/api/version,              evil.example, 403",
        "http://localhost@evil.example/api/version, localhost,    400",
        "http:///api/version,                       localhost,    400",
        "ftp://localhost/api/version,               localhost,    400",
        "http://localhost:11435/api/version,        localhost,    200",
        "https://127.0.0.1/api/version,             localhost,    200",
    })
    void judgesTheHostInTheTargetAsTheHostInItsHeader(String target, String host, int status) throws IOException {
        assertThat(answer("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-sluice-max-cost: 0.01",
                "Idempotency-Key: k",
                "x-sluice-job: a",
                "x-sluice-run: a",
                "x-sluice-agent: a",
                "x-sluice-user: a",
                "x-sluice-timeout: 5",
                "x-sluice-blank-lines: never",
                "Authorization: Bearer a",
                "x-api-key: a",
                "api-key: a",
            })
    void refusesAHeaderThatIsGivenTwice(String header) throws IOException {
        String name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
        String twice = header + "\r\n" + header.toUpperCase(Locale.ROOT) + "\r\nContent-Length: " + CHAT.length()
                + "\r\nConnection: close";
        assertThat(answer(chatWith(twice)))
                .startsWith("HTTP/1.1 400")
                .contains("{\"error\":\"the header '" + name + "' is given twice; give it once\"}");
        assertThat(answer(chatWith(twice).replace("/api/chat", "/v1/chat/completions")))
                .startsWith("HTTP/1.1 400")
                .contains("\"error\":{\"message\":\"the header '" + name + "' is given twice");
        assertThat(upstream.visits()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000,     204",
        "app://obsidian.md,         204",
        "vscode-webview://x,        204",
        "https://evil.example,      403",
        "null,                      403",
        "http://localhost.evil.example, 403",
    })
    void answersPreflightsAsOllamaDoes(String origin, int status) throws IOException { // check 64
        String reply = answer("OPTIONS /api/chat HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
                + "\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");
        assertThat(reply).startsWith("HTTP/1.1 " + status);
        if (status == 204) {
            assertThat(reply)
                    .contains("access-control-allow-origin: " + origin)
                    .containsIgnoringCase("X-Stainless-Retry-Count");
        } else {
            assertThat(reply).endsWith("\r\n\r\n");
        }
    }

    @Test
    void aPageMayReadEveryHeaderThatTheDocumentationNames() throws IOException {
        String reply = answer(
                "GET /api/tags HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: close\r\n\r\n");
        String shown = reply.lines()
                .filter(line -> line.startsWith("access-control-expose-headers: "))
                .findFirst()
                .orElse("")
                .toLowerCase(Locale.ROOT);
        String page = Files.readString(Path.of("docs/headers.md"));
        String answers = page.substring(page.indexOf("## You get"));
        List<String> named = Pattern.compile("^\\| `([a-z-]+)[:`]", Pattern.MULTILINE)
                .matcher(answers)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(named)
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(shown).contains(name));
    }

    @Test
    void refusesAForeignOriginOnEveryMethod() throws IOException {
        assertThat(
                        answer(
                                "GET /api/tags HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /,               200",
        "HEAD, /,               200",
        "HEAD, /api/version,    200",
        "GET,  /api/chat,       405",
        "HEAD, /api/ps,         405",
        "GET,  /nothing,        404",
        "GET,  /v1/nothing,     404",
        "GET,  /api/version/,   301",
        "POST, /api/chat/,      307",
        "GET,  //api/version,   404",
        "GET,  /api/../health,  404",
        "TRACE, /health,        405",
        "CONNECT, /health,      405",
    })
    void answersEachRouteAsOllamaDoes(String method, String path, int status) throws IOException { // checks 1, 2
        assertThat(answer(method + " " + path
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status);
    }

    @Test
    void refusesABodyPastTheBoundBeforeReadingIt() throws IOException { // H13
        assertThat(answer("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413")
                .contains("larger than 65536 bytes")
                .containsIgnoringCase("connection: close");
    }

    @Test
    void refusesAChunkedBodyPastTheBound() throws IOException { // H13
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 80; i++) {
            body.append("400\r\n").append("x".repeat(1024)).append("\r\n");
        }
        assertThat(answer("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body
                        + "0\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @CsvSource({"/api/chat, gzip", "/v1/chat/completions, zstd", "/v1/embeddings, 'gzip, br'", "/api/pull, deflate"})
    void refusesAPackedBodyAndSaysHowToSendIt(String path, String encoding) throws IOException { // H17
        String reply = answer("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Encoding: "
                + encoding + "\r\n\r\nhello");
        assertThat(reply)
                .startsWith("HTTP/1.1 415")
                .contains(
                        "the request body is packed ('" + encoding + "'); send it as it is, without Content-Encoding");
        assertThat(upstream.visits()).isEmpty();
    }

    @Test
    void takesABodyThatIsSaidToBePlain() throws IOException {
        assertThat(answer(chatWith(
                        "Content-Encoding: identity\r\nConnection: close\r\nContent-Length: " + CHAT.length())))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void refusesHeadersPastTheBound() throws IOException { // check 120, H12
        assertThat(answer("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(70_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
    }

    @Test
    void acceptsAClientThatSpeaksOnlyHttp10() throws IOException {
        assertThat(answer("POST /api/chat HTTP/1.0\r\nHost: localhost\r\nContent-Length: " + CHAT.length() + "\r\n\r\n"
                        + CHAT))
                .contains(" 200 ")
                .contains("\"content\":\"ok\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-A: b\r\n c",
                "X-A: b\r\n\tc",
                "X-A: b\r\n \r\nX-B: c",
                "X-A: b\n c",
                "X-A : b",
                "X-\0: b",
                "X-A: b\0c",
                "X-A: b\rc",
                "X\u007f: b",
                "X-\u00e9: b",
            })
    void refusesALineOfTheHeadThatTwoServersCouldReadDifferently(String line) throws IOException { // H03
        String length = "\r\nContent-Length: " + CHAT.length();
        assertThat(answer(chatWith(line + length))).startsWith("HTTP/1.1 400 ").contains("\"error\"");
        String plain = chatWith("X-A: b" + length);
        assertThat(answer(plain + chatWith(line + length))).contains("HTTP/1.1 400 ");
        assertThat(upstream.visits()).hasSize(1);
    }

    @Test
    void answersTwoPipelinedCallsInOrder() throws IOException {
        String one =
                "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + CHAT.length() + "\r\n\r\n" + CHAT;
        String two = one.replace("\r\nContent", "\r\nConnection: close\r\nContent");
        String reply = answer(one + two);
        assertThat(reply.split("HTTP/1.1 200", -1)).hasSize(3);
    }

    @Test
    void givesEveryAnswerARequestId() throws IOException { // check 105
        for (String path : new String[] {"/", "/health", "/api/version", "/nothing", "/v1/models/none"}) {
            assertThat(answer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .contains("x-request-id: ");
        }
    }
}
