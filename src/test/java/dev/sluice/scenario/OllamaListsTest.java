package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ollama's routes that ask no model, as editors, chat pages and the command line use them. */
class OllamaListsTest {
    private static final String VLLM = TestGateway.QUICK + """
            backend-mode: vllm
            providers:
              vllm: {url: $UP/vllm/v1, context: {org/served-7b: 32768}}
              vllm-embed: {url: $UP/vllm-embed/v1}
            model-map:
              mapped:7b: org/served-7b
            """;
    private static final String OLLAMA = TestGateway.QUICK + """
            providers:
              ollama: {url: $UP/ollama}
            """;
    private static final String JSON = "application/json; charset=utf-8";

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private static String head(TestGateway gateway, String path) throws IOException {
        try (RawClient client = gateway.connect()) {
            return client.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .readAll();
        }
    }

    private static String delete(TestGateway gateway, String body) throws IOException {
        try (RawClient client = gateway.connect()) {
            return client.send("DELETE /api/delete HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                            + "\r\nConnection: close\r\n\r\n" + body)
                    .readAll();
        }
    }

    private static String found(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group(1);
    }

    @Test
    void aProbeSeesOllamaAlive() throws IOException { // check 1
        try (TestGateway gateway = TestGateway.start(upstream, OLLAMA)) {
            Reply root = gateway.get("/");
            assertThat(root.body()).isEqualTo("Ollama is running");
            assertThat(root.header("content-type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(head(gateway, "/")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
        }
    }

    @Test
    void theVersionIsNumbersAndNewEnoughForEditors() throws IOException { // check 2
        try (TestGateway gateway = TestGateway.start(upstream, OLLAMA)) {
            Matcher version = Pattern.compile("\\{\"version\":\"(\\d+)\\.(\\d+)\\.(\\d+)\"}")
                    .matcher(gateway.get("/api/version").body());
            assertThat(version.matches()).isTrue();
            long comparable = Long.parseLong(version.group(1)) * 1_000_000
                    + Long.parseLong(version.group(2)) * 1_000
                    + Long.parseLong(version.group(3));
            assertThat(comparable).isGreaterThanOrEqualTo(6_004); // 0.6.4
            assertThat(head(gateway, "/api/version")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
        }
    }

    @Test
    void anEditorIsToldTheWindowAndThatToolsMayBeCalledAndThenAsksOnTheSamePort() throws IOException { // checks 3, 4
        upstream.on("vllm", Answers.of("Hi"));
        try (TestGateway gateway = TestGateway.start(upstream, VLLM)) {
            String shown =
                    gateway.post("/api/show", "{\"model\":\"mapped:7b\"}").body();
            String family = found("\"general.architecture\":\"([^\"]+)\"", shown);
            assertThat(shown).contains("\"" + family + ".context_length\":32768");
            assertThat(found("\"capabilities\":\\[([^]]*)]", shown)).contains("\"tools\"");
            assertThat(gateway.chat("mapped:7b").text()).isEqualTo("Hi");
            assertThat(upstream.last().request().model()).isEqualTo("org/served-7b");
        }
    }

    @Test
    void anEmptyListIsAListAllTheSame() throws IOException { // check 5
        String nothing = TestGateway.QUICK + "backend-mode: vllm\nproviders:\n  vllm: {url: $UP/vllm/v1}\n";
        try (TestGateway gateway = TestGateway.start(upstream, nothing)) {
            Reply tags = gateway.get("/api/tags");
            assertThat(tags.header("content-type")).isEqualTo(JSON);
            assertThat(tags.body()).isEqualTo("{\"models\":[]}");
        }
    }

    @Test
    void everyEntryOfTheListHasItsNameTwiceItsDetailsAndATimeThatCanBeRead() throws IOException { // check 6
        upstream.page(
                "ollama/api/tags",
                "{\"models\":[{\"name\":\"own:1b\",\"model\":\"own:1b\",\"modified_at\":\"2026-11-20T12:00:00.17+09:00\",\"details\":{}}]}");
        try (TestGateway gateway = TestGateway.start(upstream, OLLAMA + "models:\n  cheap: ollama/own:1b\n")) {
            String[] entries = gateway.get("/api/tags").body().split("\\{\"name\":", -1);
            assertThat(entries).hasSize(3); // what stands before the first, the server's own, ours
            for (int at = 1; at < entries.length; at++) {
                String name = found("^\"([^\"]+)\"", entries[at]);
                assertThat(name).contains(":");
                assertThat(entries[at]).contains("\"model\":\"" + name + "\"", "\"details\":{");
                assertThat(OffsetDateTime.parse(found("\"modified_at\":\"([^\"]+)\"", entries[at])))
                        .isNotNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"models\":[{\"name\":\"own:1b\"}]}",
                "{\"models\":[{\"name\":\"own:1b\"}]}\n",
                " { \"models\" : [ {\"name\":\"own:1b\"} ] } ",
                "{\"models\":[]}",
                "{\"models\":[ ]}\n",
                "{\"models\":null}",
                "{}",
                "{\"object\":\"list\"}",
                "{\"models\":[{\"name\":\"own:1b\"}],\"object\":\"list\",\"data\":[{\"id\":\"own:1b\"}]}",
            })
    void theGatewaysOwnModelsStandBehindTheServersHoweverItWritesItsList(String list) throws IOException {
        upstream.page("ollama/api/tags", list);
        try (TestGateway gateway = TestGateway.start(upstream, OLLAMA + "models:\n  cheap: ollama/own:1b\n")) {
            JsonNode told =
                    JsonMapper.shared().readTree(gateway.get("/api/tags").body());
            List<String> names = new ArrayList<>();
            told.path("models").forEach(model -> names.add(model.path("name").asString()));
            assertThat(names)
                    .containsExactlyElementsOf(
                            list.contains("name") ? List.of("own:1b", "cheap:latest") : List.of("cheap:latest"));
            JsonNode theirs = JsonMapper.shared().readTree(list);
            assertThat(told.path("data")).isEqualTo(theirs.path("data"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mapped:7b", "MAPPED:7B", "plain", "plain:latest", "Plain"})
    void aNameIsFoundHoweverItIsWritten(String name) throws IOException { // check 40
        String both = VLLM + "  plain: org/other\n";
        upstream.on("vllm", Answers.of("Hi"));
        try (TestGateway gateway = TestGateway.start(upstream, both)) {
            assertThat(gateway.post("/api/show", "{\"model\":\"" + name + "\"}").status())
                    .isEqualTo(200);
            assertThat(gateway.post("/api/chat", TestGateway.chatBody(name, false))
                            .body())
                    .contains("\"model\":\"" + name + "\"");
            assertThat(gateway.get("/v1/models/" + name).body()).contains("\"id\":\"" + name + "\"");
            assertThat(gateway.post("/api/embed", "{\"model\":\"" + name + "\",\"input\":\"a\"}")
                            .body())
                    .startsWith("{\"model\":\"" + name + "\",\"embeddings\":[[");
        }
    }

    @Test
    void aPullOfWhatIsServedSucceedsAtOnce() throws IOException { // check 51
        try (TestGateway gateway = TestGateway.start(upstream, VLLM)) {
            Reply stream = gateway.post("/api/pull", "{\"model\":\"mapped:7b\"}");
            assertThat(stream.header("content-type")).isEqualTo("application/x-ndjson");
            assertThat(stream.body()).endsWith("\n{\"status\":\"success\"}\n");
            Reply whole = gateway.post("/api/pull", "{\"name\":\"mapped:7b\",\"stream\":false}");
            assertThat(whole.body()).isEqualTo("{\"status\":\"success\"}");
            assertThat(gateway.post("/api/pull", "{\"model\":\"nope\"}").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void whatIsSetUpHereIsNotChangedThroughTheApi() throws IOException { // check 52
        try (TestGateway gateway = TestGateway.start(upstream, VLLM)) {
            assertThat(delete(gateway, "{\"model\":\"mapped:7b\"}"))
                    .startsWith("HTTP/1.1 403")
                    .contains("\"error\":\"models are set up in the gateway's settings");
            assertThat(gateway.post("/api/copy", "{\"source\":\"mapped:7b\",\"destination\":\"x\"}")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void anOllamaServerCopiesAndDeletesItself() throws IOException { // checks 52, 53
        upstream.page("ollama/api/copy", "").page("ollama/api/delete", "");
        try (TestGateway gateway = TestGateway.start(upstream, OLLAMA)) {
            Reply copied = gateway.post("/api/copy", "{\"source\":\"a\",\"destination\":\"b\"}");
            assertThat(copied.status()).isEqualTo(200);
            assertThat(copied.body()).isEmpty();
            assertThat(upstream.pageCount("ollama/api/copy")).isEqualTo(1);
            assertThat(delete(gateway, "{\"model\":\"b\"}")).startsWith("HTTP/1.1 200");
            assertThat(upstream.pageCount("ollama/api/delete")).isEqualTo(1);
        }
    }

    @Test
    void whatRunsTellsWhenItEndsWithItsTimeZone() throws IOException { // check 54
        try (TestGateway gateway = TestGateway.start(upstream, VLLM)) {
            String running = gateway.get("/api/ps").body();
            assertThat(running).contains("\"name\":\"mapped:7b\"");
            assertThat(OffsetDateTime.parse(found("\"expires_at\":\"([^\"]+)\"", running)))
                    .isAfter(OffsetDateTime.parse(TestGateway.QUIET_DAY));
        }
    }
}
