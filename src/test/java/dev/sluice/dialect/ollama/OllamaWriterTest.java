package dev.sluice.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.TranslatingRelay;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OllamaWriterTest {
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
            + "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]";
    private static final Optional<Usage> USAGE = Optional.of(Usage.of(27, 1));

    private final OllamaFront front = new OllamaFront(InstantSource.fixed(Recordings.NOON), OllamaLeniency.NONE);
    private final OllamaBack back = new OllamaBack(InstantSource.fixed(Recordings.NOON));

    @Test
    void writesWhatItHasReadWithTheRecordedKeysInTheRecordedOrder() { // checks 10, 11, 16, 17, 28
        for (Recordings.Recording recording : Recordings.all()) {
            boolean answer = recording.status() == 200
                    && !recording.name().contains("load")
                    && !recording.name().contains("no-messages")
                    && !recording.name().contains("truncated-prompt")
                    && !recording.text().contains("{\"error\"")
                    && !recording.name().equals("chat-think-json");
            if (answer && recording.endpoint() != Endpoint.OLLAMA_EMBEDDINGS) {
                assertThat(shape(translated(recording))).as(recording.name()).isEqualTo(shape(recording.text()));
            }
        }
    }

    private String translated(Recordings.Recording recording) {
        Inbound call = front.read(recording.endpoint(), recording.request());
        if (front.withoutModel(call).isPresent()) {
            return new String(front.withoutModel(call).get().body(), UTF_8);
        }
        AnswerReader reader = back.reader(front.understand(call), Recordings.target(call.model()));
        TranslatingRelay relay =
                new TranslatingRelay(reader, front.writer(call, Receipt.NONE, new Recordings.FixedClock()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte octet : recording.answer()) {
            out.writeBytes(relay.feed(new byte[] {octet}));
        }
        out.writeBytes(relay.end());
        assertThat(relay.failure()).as(recording.name()).isEmpty();
        assertThat(relay.contentType()).isEqualTo(recording.contentType());
        return out.toString(UTF_8);
    }

    /** Keys and texts in order; times, ids, counts, token state and empty generation chunks aside. */
    private static String shape(String answer) {
        return answer.lines()
                .map(Recordings.TREES::readTree)
                .filter(line -> !isSwallowedTag(line))
                .map(line -> line.toString()
                        .replaceAll("\"context\":\\[[^]]*],", "")
                        .replaceAll("\"created_at\":\"[^\"]*\"", "created_at")
                        .replaceAll("_duration\":\\d+", "_duration")
                        .replaceAll("call_[a-z0-9]{8}", "call"))
                .collect(Collectors.joining("\n"));
    }

    private static boolean isSwallowedTag(JsonNode line) {
        return line.path("response").asString("x").isEmpty()
                && !line.path("done").asBoolean()
                && !line.has("thinking");
    }

    @Test
    void escapesAsTheServerDoes() { // check 13
        assertThat(stream(
                        "{\"model\":\"m\",\"prompt\":\"x\"}",
                        Endpoint.OLLAMA_GENERATE,
                        new Piece.Text(0, "<&>\u2028\u2029\u0085é\013\034")))
                .startsWith(
                        "{\"model\":\"m\",\"created_at\":\"2026-11-20T12:00:00.1787093Z\","
                                + "\"response\":\"\\u003c\\u0026\\u003e\\u2028\\u2029\\u0085é\\u000b\\u001c\",\"done\":false}\n");
    }

    @Test
    void endsWithSixMetricsThatAddUp() { // checks 16, 18
        JsonNode last = last(stream("{\"model\":\"m\"}", Endpoint.OLLAMA_CHAT, new Piece.Text(0, "a")));
        assertThat(last.get("load_duration").asLong()).isEqualTo(1_000_000);
        assertThat(last.get("prompt_eval_duration").asLong()).isEqualTo(2_000_000);
        assertThat(last.get("eval_duration").asLong()).isEqualTo(7_000_000);
        assertThat(last.get("total_duration").asLong()).isEqualTo(10_000_000);
        assertThat(last.get("prompt_eval_count").asInt()).isEqualTo(27);
        assertThat(last.get("eval_count").asInt()).isEqualTo(1);
    }

    @Test
    void mapsTheReasonOfTheEnd() { // check 20
        assertThat(reason(FinishReason.LENGTH)).isEqualTo("length");
        assertThat(reason(FinishReason.TOOL_CALLS)).isEqualTo("stop");
        assertThat(reason(FinishReason.CONTENT_FILTER)).isEqualTo("stop");
    }

    private String reason(FinishReason reason) {
        return last(stream("{\"model\":\"m\"}", Endpoint.OLLAMA_CHAT, new Piece.Finish(0, reason, "")))
                .get("done_reason")
                .asString();
    }

    @Test
    void sendsEachToolCallWholeInItsOwnChunk() { // checks 21, 22, 23
        String answer = stream(
                "{\"model\":\"m\"," + TOOLS + "}",
                Endpoint.OLLAMA_CHAT,
                new Piece.ToolCallPart(0, 0, "call_12345678", "f", "{\"b\":1,"),
                new Piece.ToolCallPart(0, 1, "chatcmpl-tool-1", "g", ""),
                new Piece.ToolCallPart(0, 0, "", "", "\"a\":\"<\u2028\"}"),
                new Piece.ToolCallPart(0, 2, "", "undeclared", "{}"),
                new Piece.Finish(0, FinishReason.TOOL_CALLS, ""));
        List<String> lines = answer.lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .contains(
                        "\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"call_12345678\","
                                + "\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"b\":1,\"a\":\"\\u003c\\u2028\"}}}]},"
                                + "\"done\":false}");
        assertThat(lines.get(1))
                .containsPattern(
                        "\"id\":\"call_[a-z0-9]{8}\",\"function\":\\{\"index\":1,\"name\":\"g\",\"arguments\":\\{}}");
    }

    @Test
    void anAnswerThatEndsAtItsLengthHasNoHalfCall() {
        String answer = stream(
                "{\"model\":\"m\"," + TOOLS + "}",
                Endpoint.OLLAMA_CHAT,
                new Piece.ToolCallPart(0, 0, "", "f", "{\"a\":1}"),
                new Piece.ToolCallPart(0, 1, "", "g", "{\"a\":"),
                new Piece.Finish(0, FinishReason.LENGTH, ""));
        assertThat(answer).doesNotContain("\"g\"").contains("\"f\"");
        assertThat(last(answer).get("done_reason").asString()).isEqualTo("length");
    }

    @Test
    void trimsTheStartOfThinkingAndOfContent() { // checks 28, 31
        String answer = stream(
                "{\"model\":\"m\"}",
                Endpoint.OLLAMA_CHAT,
                new Piece.Thought(0, "\n"),
                new Piece.Thought(0, "\nThe"),
                new Piece.Text(0, "\n\n"),
                new Piece.Text(0, " Seoul"),
                new Piece.Text(0, " it"));
        assertThat(answer.lines().map(OllamaWriterTest::message)).containsExactly("|The", "Seoul|", " it|", "|");
    }

    private static String message(String line) {
        JsonNode message = Recordings.TREES.readTree(line).get("message");
        return message.get("content").asString() + "|"
                + message.path("thinking").asString("");
    }

    @Test
    void hidesThinkingFromAClientThatSwitchedItOff() { // check 29
        assertThat(stream("{\"model\":\"m\",\"think\":false}", Endpoint.OLLAMA_CHAT, new Piece.Thought(0, "hm")))
                .doesNotContain("thinking")
                .hasLineCount(1);
    }

    @Test
    void keepsTheLeadingBlanksOfBareText() {
        assertThat(stream(
                        "{\"model\":\"m\",\"raw\":true,\"prompt\":\"x\"}",
                        Endpoint.OLLAMA_GENERATE,
                        new Piece.Text(0, "  return")))
                .contains("\"response\":\"  return\"");
    }

    @Test
    void writesOpenAisLogprobsAsOllamas() { // check 63
        RawJson openAi = new RawJson(
                "[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":"
                        + "[{\"token\":\"\",\"logprob\":-1e-9,\"bytes\":null}]},{\"token\":\"b\",\"logprob\":0,\"bytes\":null,\"top_logprobs\":[]}]");
        String asked = "{\"model\":\"m\",\"logprobs\":true,\"top_logprobs\":2}";
        assertThat(stream(asked, Endpoint.OLLAMA_CHAT, new Piece.Text(0, "ab", Optional.of(openAi))))
                .contains(
                        "\"done\":false,\"logprobs\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":"
                                + "[{\"token\":\"\",\"logprob\":-1e-9}]},{\"token\":\"b\",\"logprob\":0}]}");
    }

    @Test
    void showsNoMoreAlternativesThanAskedFor() { // check 63
        RawJson two = new RawJson(
                "[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],\"top_logprobs\":"
                        + "[{\"token\":\"b\",\"logprob\":-0.5,\"bytes\":[98]},{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97]}]}]");
        Piece text = new Piece.Text(0, "a", Optional.of(two));
        String raw = "{\"model\":\"m\",\"raw\":true,\"prompt\":\"x\",\"logprobs\":true";
        assertThat(stream(raw + "}", Endpoint.OLLAMA_GENERATE, text))
                .contains("\"logprobs\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97]}]}");
        assertThat(stream(raw + ",\"top_logprobs\":1}", Endpoint.OLLAMA_GENERATE, text))
                .contains("\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-0.5,\"bytes\":[98]}]}]}");
    }

    @Test
    void breaksOffWhereALineWouldBeTooLongForClients() { // check 65
        AnswerWriter writer = writer("{\"model\":\"m\"," + TOOLS + "}", Endpoint.OLLAMA_CHAT);
        String slice = "\"" + "x".repeat(4_500_000);
        writer.write(new Piece.ToolCallPart(0, 0, "", "f", slice));
        byte[] line = writer.write(new Piece.ToolCallPart(0, 0, "", "", slice));
        assertThat(new String(line, UTF_8)).startsWith("{\"error\":").endsWith("}\n");
        assertThat(writer.end(USAGE)).isEmpty();
    }

    @Test
    void putsTheReceiptAtTheEnd() {
        Inbound call = front.read(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\"}".getBytes(UTF_8));
        AnswerWriter writer =
                front.writer(call, _ -> Optional.of(new RawJson("{\"cost\":1}")), new Recordings.FixedClock());
        assertThat(new String(writer.end(USAGE), UTF_8)).endsWith(",\"sluice\":{\"cost\":1}}\n");
    }

    @Test
    void tellsAFailureInTheStreamsOwnForm() { // check 43
        Failure failure = new Failure.DeadlineExceeded("too \"late\"");
        assertThat(new String(writer("{\"model\":\"m\"}", Endpoint.OLLAMA_CHAT).breakOff(failure), UTF_8))
                .isEqualTo("{\"error\":\"too \\\"late\\\"\"}\n");
        assertThat(new String(
                        writer("{\"model\":\"m\",\"stream\":false}", Endpoint.OLLAMA_CHAT)
                                .breakOff(failure),
                        UTF_8))
                .isEqualTo("{\"error\":\"too \\\"late\\\"\"}");
    }

    @Test
    void normalisesVectorsAndCutsThem() { // checks 45, 47
        AnswerWriter writer =
                writer("{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":2}", Endpoint.OLLAMA_EMBED);
        writer.write(new Piece.Vector(1, new float[] {0, 5, 1}));
        writer.write(new Piece.Vector(0, new float[] {3, 4, 9}));
        // 0.6 and 0.8 but for the last bit: the server's own arithmetic in single precision.
        assertThat(new String(writer.end(USAGE), UTF_8))
                .startsWith(
                        "{\"model\":\"m\",\"embeddings\":[[0.59999996,0.79999995],[0,1]],\"total_duration\":10000000,"
                                + "\"load_duration\":1000000,\"prompt_eval_count\":27}");
    }

    @Test
    void givesTheLegacyRouteRawNumbersInDoubleWidth() { // check 48
        AnswerWriter writer = writer("{\"model\":\"m\",\"prompt\":\"a\"}", Endpoint.OLLAMA_EMBEDDINGS);
        writer.write(new Piece.Vector(0, new float[] {-0.14304592f, 2, 1e-7f}));
        assertThat(new String(writer.end(USAGE), UTF_8))
                .isEqualTo("{\"embedding\":[-0.14304591715335846,2,1.0000000116860974e-7]}");
    }

    @Test
    void answersEmptyCallsAsRecorded() { // checks 7, 8, 9, 46, 48
        for (String name : List.of(
                "generate-load",
                "generate-unload",
                "chat-load",
                "chat-unload",
                "chat-no-messages",
                "embed-none",
                "embed-empty",
                "embed-no-input",
                "embeddings-empty",
                "generate-load-forever")) {
            Recordings.Recording recording = Recordings.named(name);
            Inbound call = front.read(recording.endpoint(), recording.request());
            var reply = front.withoutModel(call).orElseThrow();
            assertThat(shape(new String(reply.body(), UTF_8))).as(name).isEqualTo(shape(recording.text()));
            assertThat(reply.contentType()).isEqualTo(recording.contentType());
        }
    }

    private AnswerWriter writer(String request, Endpoint endpoint) {
        Inbound call = front.read(endpoint, request.getBytes(UTF_8));
        return front.writer(call, Receipt.NONE, new Recordings.FixedClock());
    }

    private String stream(String request, Endpoint endpoint, Piece... pieces) {
        AnswerWriter writer = writer(request, endpoint);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Piece piece : pieces) {
            out.writeBytes(writer.write(piece));
        }
        out.writeBytes(writer.end(USAGE));
        return out.toString(UTF_8);
    }

    private static JsonNode last(String stream) {
        return Recordings.TREES.readTree(stream.lines().toList().getLast());
    }
}
