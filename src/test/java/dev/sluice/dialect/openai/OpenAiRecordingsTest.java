package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.FRONT;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.pieces;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.through;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SharedData;
import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Real answers of real servers, cut in several ways. */
class OpenAiRecordingsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private record Recording(String name, Endpoint endpoint, String request, int status, String answer) {}

    private static List<Recording> servers(String file) throws IOException {
        List<Recording> all = new ArrayList<>();
        for (String line : Files.readAllLines(SharedData.file(file))) {
            JsonNode node = MAPPER.readTree(line);
            Optional<Endpoint> endpoint =
                    endpoint(node.path("request").path("path").asString(""));
            JsonNode body = node.path("request").path("body");
            if (endpoint.isEmpty() || !body.isString()) {
                continue;
            }
            StringBuilder answer = new StringBuilder();
            for (JsonNode chunk : node.path("response").path("chunks")) {
                // The recorder's own remark about a connection that broke.
                answer.append(chunk.asString().replace("<<end of chunks>>", ""));
            }
            int status = node.path("response").path("status").asInt();
            all.add(new Recording(
                    node.path("name").asString(), endpoint.get(), body.asString(), status, answer.toString()));
        }
        return all;
    }

    private static Optional<Endpoint> endpoint(String path) {
        return Stream.of(Endpoint.OPENAI_CHAT, Endpoint.OPENAI_COMPLETIONS, Endpoint.OPENAI_EMBEDDINGS)
                .filter(endpoint -> endpoint.path().equals(path))
                .findFirst();
    }

    private static Optional<Inbound> read(Recording recording) {
        try {
            return Optional.of(FRONT.read(recording.endpoint, bytes(recording.request)));
        } catch (GatewayException _) {
            return Optional.empty(); // some requests were wrong on purpose
        }
    }

    private static String joined(List<Piece> pieces) {
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Text(int _, String part, Optional<?> _)) {
                text.append(part);
            } else if (piece instanceof Piece.Thought(int _, String part)) {
                text.append('<').append(part).append('>');
            } else if (piece instanceof Piece.ToolCallPart part) {
                text.append(part.index()).append(part.name()).append(part.arguments());
            }
        }
        return text.toString().replace("><", "");
    }

    private static List<Piece> understood(Inbound inbound, String answer, int size) {
        Asked asked = FRONT.understand(inbound);
        return pieces(BACK.reader(asked, plain()), bytes(answer), size);
    }

    private static int replay(List<Recording> recordings) {
        int good = 0;
        for (Recording recording : recordings) {
            Optional<Inbound> inbound = read(recording);
            boolean cut = recording.answer.contains("...(");
            if (inbound.isEmpty() || recording.status != 200 || recording.name.contains("killed") || cut) {
                continue;
            }
            good++;
            replay(recording, inbound.get());
        }
        return good;
    }

    private static void replay(Recording recording, Inbound inbound) {
        String first = "";
        for (int size : new int[] {1 << 20, 1, 3, 97}) {
            Relay relay = BACK.passThrough(inbound, plain(), Receipt.NONE);
            String out = through(relay, bytes(recording.answer), size);
            assertThat(relay.failure()).as(recording.name).isEmpty();
            assertThat(relay.complete()).as(recording.name).isTrue();
            assertThat(relay.usage().isPresent() || inbound.stream())
                    .as(recording.name)
                    .isTrue();
            assertThat(out).as(recording.name).doesNotContain("\"error\":");
            first = first.isEmpty() ? out : first;
            assertThat(out).as(recording.name).isEqualTo(first);
        }
        if (inbound.endpoint() != Endpoint.OPENAI_EMBEDDINGS) {
            String before = joined(understood(inbound, recording.answer, 1));
            assertThat(joined(understood(inbound, first, 64)))
                    .as(recording.name)
                    .isEqualTo(before);
        }
    }

    @Test
    void vllmsAnswersPassAndAreUnderstood() throws IOException { // check 67, 85, 87
        assertThat(replay(servers("servers/vllm-0.32.0.jsonl"))).isGreaterThan(50);
    }

    @Test
    void ollamasAnswersPassAndAreUnderstood() throws IOException {
        assertThat(replay(servers("servers/ollama-0.17.4.jsonl"))).isGreaterThan(12);
    }

    @Test
    void killedServersAreFailures() throws IOException { // check 82
        for (String file : List.of("servers/vllm-0.32.0.jsonl", "servers/ollama-0.17.4.jsonl")) {
            for (Recording recording : servers(file)) {
                if (recording.name.contains("killed-stream")) {
                    Relay relay = BACK.passThrough(read(recording).orElseThrow(), plain(), Receipt.NONE);
                    assertThat(through(relay, bytes(recording.answer), 5)).doesNotContain("[DONE]");
                    assertThat(relay.failure().orElseThrow().kind()).isIn(Kind.SERVER_ERROR, Kind.CUT);
                }
            }
        }
    }

    @Test
    void refusalsOfRealServersAreUnderstood() throws IOException { // check 101
        for (String file : List.of("servers/vllm-0.32.0.jsonl", "servers/ollama-0.17.4.jsonl")) {
            for (Recording recording : servers(file)) {
                if (recording.status >= 400) {
                    var failure = BACK.refusal(recording.status, _ -> Optional.empty(), bytes(recording.answer));
                    assertThat(failure.message())
                            .as(recording.name)
                            .isNotBlank()
                            .doesNotContain("{'type'");
                    assertThat(failure.code()).as(recording.name).doesNotContainPattern("^\\d+$");
                    Kind expected = expectedKind(recording.name);
                    assertThat(failure.kind()).as(recording.name).isEqualTo(expected);
                }
            }
        }
    }

    private static Kind expectedKind(String name) {
        return switch (name) {
            case "chat-too-long", "embed-too-long" -> Kind.CONTEXT_TOO_LONG;
            case "chat-missing", "embed-missing", "v1-chat-missing" -> Kind.MODEL_MISSING;
            case "chat-image" -> Kind.IMAGES_REFUSED;
            case "chat-two", "chat-two-stream" -> Kind.SEVERAL_REFUSED;
            case "chat-tools-without-parser",
                    "chat-completions-suffix",
                    "embed-dimensions",
                    "chat-embeddings-on-chat-model",
                    "embed-chat-on-embedder" -> Kind.ABILITY_MISSING;
            default -> name.startsWith("v1-chat-think") ? Kind.ABILITY_MISSING : Kind.REQUEST_REFUSED;
        };
    }

    @Test
    void streamsOfManyProvidersPassAndAreUnderstood() throws IOException { // check 67, 80
        int good = 0;
        Inbound inbound = Calls.streamedWithUsage();
        for (Path file : wire()) {
            JsonNode node = MAPPER.readTree(Files.readString(file));
            String body = node.path("response").path("body").asString("");
            if (!body.contains("data: {") || !file.getFileName().toString().startsWith("openai-chat")) {
                continue;
            }
            good++;
            Recording recording =
                    new Recording(file.toString(), Endpoint.OPENAI_CHAT, Calls.text(inbound.body()), 200, body);
            replay(recording, inbound);
            Relay relay = Calls.relay(inbound);
            String out = through(relay, body);
            long usages = out.lines()
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> MAPPER.readTree(line.substring("data: ".length())))
                    .filter(chunk -> chunk.path("usage").isObject())
                    .peek(chunk -> assertThat(chunk.path("choices").isEmpty()).isTrue())
                    .count();
            assertThat(usages).as(file.toString()).isOne(); // check 69
        }
        assertThat(good).isGreaterThan(8);
    }

    private static List<Path> wire() throws IOException {
        try (Stream<Path> files = Files.walk(SharedData.file("wire"))) {
            return files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }
}
