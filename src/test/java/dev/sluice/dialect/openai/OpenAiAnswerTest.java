package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.DONE;
import static dev.sluice.dialect.openai.Calls.FRONT;
import static dev.sluice.dialect.openai.Calls.HELLO;
import static dev.sluice.dialect.openai.Calls.ROLE;
import static dev.sluice.dialect.openai.Calls.STOP;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.chat;
import static dev.sluice.dialect.openai.Calls.chunk;
import static dev.sluice.dialect.openai.Calls.data;
import static dev.sluice.dialect.openai.Calls.pieces;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.streamed;
import static dev.sluice.dialect.openai.Calls.streamedWithUsage;
import static dev.sluice.dialect.openai.Calls.text;
import static dev.sluice.dialect.openai.Calls.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.TranslatingRelay;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Pieces in, bytes out, and the other way round. */
class OpenAiAnswerTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Receipt NOTE = _ -> Optional.of(new RawJson("{\"cost\":1}"));

    private static AnswerReader reader(Inbound inbound) {
        return BACK.reader(FRONT.understand(inbound), plain());
    }

    private static List<Piece> read(Inbound inbound, String in) {
        List<Piece> whole = pieces(reader(inbound), bytes(in), 1_000_000);
        for (int size : new int[] {1, 2, 13}) {
            assertThat(pieces(reader(inbound), bytes(in), size)).isEqualTo(whole);
        }
        return whole;
    }

    private static List<JsonNode> chunks(String stream) {
        List<JsonNode> all = new ArrayList<>();
        for (String line : stream.split("\n\n", -1)) {
            if (line.startsWith("data: {")) {
                all.add(MAPPER.readTree(line.substring("data: ".length())));
            }
        }
        return all;
    }

    private static String written(Inbound inbound, Receipt receipt, Optional<Usage> usage, Piece... pieces) {
        AnswerWriter writer = FRONT.writer(inbound, receipt, new Calls.StillClock());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Piece piece : pieces) {
            out.writeBytes(writer.write(piece));
        }
        out.writeBytes(writer.end(usage));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void readsAStream() { // check 67, 78, 85
        assertThat(read(
                        streamed(),
                        ROLE
                                + chunk("{\"reasoning\":\"\\nhm\"}", "null")
                                + chunk("{\"reasoning_content\":\"x\"}", "null")
                                + HELLO
                                + STOP
                                + usage("{\"prompt_tokens\":5,\"completion_tokens\":2}")
                                + DONE))
                .containsExactly(
                        new Piece.Thought(0, "\nhm"),
                        new Piece.Thought(0, "x"),
                        new Piece.Text(0, "Hello 안녕 😀"),
                        new Piece.Finish(0, FinishReason.STOP, ""),
                        new Piece.Counted(Usage.of(5, 2)),
                        new Piece.Done());
    }

    @Test
    void readsToolCallsWithRepairedIndexes() { // check 75, 76, 77
        String first =
                "{\"content\":null,\"tool_calls\":[{\"index\":1,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}";
        String more = "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}";
        String second =
                "{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":{\"x\":1}}}]}";
        assertThat(read(
                        streamed(),
                        ROLE + chunk(first, "null") + chunk(more, "null") + chunk(second, "null") + STOP + DONE))
                .containsExactly(
                        new Piece.ToolCallPart(0, 0, "a", "f", ""),
                        new Piece.ToolCallPart(0, 0, "", "", "{}"),
                        new Piece.ToolCallPart(0, 1, "b", "g", "{\"x\":1}"),
                        new Piece.Finish(0, FinishReason.TOOL_CALLS, ""),
                        new Piece.Done());
    }

    @Test
    void dropsCallsOfToolsThatNobodyOffered() {
        Inbound offering = chat(",\"stream\":true,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]");
        String calls = "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                + "{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}";
        assertThat(read(offering, ROLE + chunk(calls, "null") + STOP + DONE))
                .containsExactly(
                        new Piece.ToolCallPart(0, 0, "b", "g", "{}"),
                        new Piece.Finish(0, FinishReason.TOOL_CALLS, ""),
                        new Piece.Done());
    }

    @Test
    void readsAWholeAnswer() {
        String body =
                "\n\n{\"id\":\"c\",\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":null,\"reasoning\":\"hm\"},"
                        + "\"stop_reason\":\"END\",\"index\":0}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2},\"model\":\"real\"}";
        AnswerReader reader = reader(chat(""));
        assertThat(pieces(reader, bytes(body), 4))
                .containsExactly(
                        new Piece.Thought(0, "hm"),
                        new Piece.Finish(0, FinishReason.LENGTH, "END"),
                        new Piece.Counted(Usage.of(5, 2)),
                        new Piece.Done());
        assertThat(reader.answeredBy()).isEqualTo("real");
    }

    @Test
    void reportsEveryBadEndOnce() {
        String error = data("{\"error\":{\"message\":\"boom\",\"code\":500}}");
        for (String in :
                List.of(ROLE + HELLO, ROLE + HELLO + error + DONE, ROLE + STOP + DONE, "<html>", data("5"), "")) {
            List<Piece> pieces = read(streamed(), in);
            assertThat(pieces).as(in).last().isInstanceOf(Piece.Broken.class);
            assertThat(pieces.stream().filter(Piece.Broken.class::isInstance))
                    .as(in)
                    .hasSize(1);
        }
        assertThat(read(chat(""), "<html>")).last().isInstanceOf(Piece.Broken.class);
    }

    @Test
    void writesAStreamThatEverySdkAccepts() { // check 68, 69, 73, 79
        String out = written(
                streamedWithUsage(),
                NOTE,
                Optional.of(Usage.of(5, 2)),
                new Piece.Thought(0, "hm"),
                new Piece.Text(0, "a\u2028b"),
                new Piece.Finish(0, FinishReason.STOP, ""),
                new Piece.Done());
        assertThat(out).endsWith(DONE).doesNotContain("\"error\"");
        List<JsonNode> chunks = chunks(out);
        assertThat(chunks.getFirst()
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("role")
                        .asString())
                .isEqualTo("assistant");
        assertThat(chunks.stream().map(chunk -> chunk.path("id").asString()).distinct())
                .hasSize(1);
        assertThat(chunks.stream().filter(chunk -> chunk.path("usage").isObject()))
                .hasSize(1);
        assertThat(chunks.stream().filter(chunk -> chunk.has("usage"))).hasSize(chunks.size());
        JsonNode last = chunks.getLast();
        assertThat(last.path("choices").isEmpty()).isTrue();
        assertThat(last.path("usage").path("total_tokens").asInt()).isEqualTo(7);
        assertThat(last.path("sluice").path("cost").asInt()).isEqualTo(1);
        assertThat(chunks.get(1)
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("reasoning_content")
                        .asString())
                .isEqualTo("hm");
    }

    @Test
    void hidesUsageFromWhoDidNotAskAndNotesTheReceiptAtTheFinish() { // check 70
        String out = written(
                streamed(),
                NOTE,
                Optional.of(Usage.of(5, 2)),
                new Piece.Text(0, "a"),
                new Piece.Finish(0, FinishReason.STOP, ""));
        assertThat(out).doesNotContain("usage");
        JsonNode last = chunks(out).getLast();
        assertThat(last.path("choices").path(0).path("finish_reason").asString())
                .isEqualTo("stop");
        assertThat(last.path("sluice").path("cost").asInt()).isEqualTo(1);
    }

    @Test
    void writesNameAndIdOfACallOnce() { // check 74, 77
        String out = written(
                streamed(),
                Receipt.NONE,
                Optional.empty(),
                new Piece.ToolCallPart(0, 0, "", "f", ""),
                new Piece.ToolCallPart(0, 0, "x", "f", "{\"a\":"),
                new Piece.ToolCallPart(0, 0, "", "", "1}"),
                new Piece.ToolCallPart(0, 1, "b", "g", "{}"),
                new Piece.Finish(0, FinishReason.STOP, ""));
        List<JsonNode> chunks = chunks(out);
        JsonNode first = chunks.get(1)
                .path("choices")
                .path(0)
                .path("delta")
                .path("tool_calls")
                .path(0);
        assertThat(first.path("id").asString()).startsWith("call_");
        assertThat(first.path("function").path("arguments").asString()).isEmpty();
        JsonNode second = chunks.get(2)
                .path("choices")
                .path(0)
                .path("delta")
                .path("tool_calls")
                .path(0);
        assertThat(second.has("id")).isFalse();
        assertThat(second.path("function").has("name")).isFalse();
        assertThat(chunks.getLast()
                        .path("choices")
                        .path(0)
                        .path("finish_reason")
                        .asString())
                .isEqualTo("tool_calls");
    }

    @Test
    void writesWholeAnswers() { // check 86, 87, 88
        JsonNode out = MAPPER.readTree(written(
                chat(""),
                Receipt.NONE,
                Optional.of(new Usage(10, 4, 0, 6, 3, false, Optional.empty())),
                new Piece.Text(0, "a", Optional.of(new RawJson("[{\"token\":\"a\"}]"))),
                new Piece.Text(0, "b", Optional.of(new RawJson("[{\"token\":\"b\"}]"))),
                new Piece.ToolCallPart(1, 0, "i", "f", "{\"x\""),
                new Piece.ToolCallPart(1, 0, "", "", ":1}"),
                new Piece.Finish(0, FinishReason.LENGTH, ""),
                new Piece.Finish(1, FinishReason.STOP, "")));
        JsonNode first = out.path("choices").path(0);
        assertThat(first.path("message").path("content").asString()).isEqualTo("ab");
        assertThat(first.path("message").path("refusal").isNull()).isTrue();
        assertThat(first.path("logprobs").path("content").size()).isEqualTo(2);
        assertThat(first.path("finish_reason").asString()).isEqualTo("length");
        JsonNode second = out.path("choices").path(1);
        assertThat(second.path("message").path("content").isNull()).isTrue();
        assertThat(second.path("message")
                        .path("tool_calls")
                        .path(0)
                        .path("function")
                        .path("arguments")
                        .asString())
                .isEqualTo("{\"x\":1}");
        assertThat(second.path("finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(out.path("usage")
                        .path("prompt_tokens_details")
                        .path("cached_tokens")
                        .asInt())
                .isEqualTo(4);
        assertThat(out.path("model").asString()).isEqualTo("alias");
    }

    @Test
    void writesCompletions() { // check 111
        Inbound inbound = FRONT.read(
                Endpoint.OPENAI_COMPLETIONS, bytes("{\"model\":\"alias\",\"prompt\":\"x\",\"stream\":true}"));
        List<JsonNode> chunks = chunks(written(
                inbound,
                Receipt.NONE,
                Optional.empty(),
                new Piece.Text(0, "y"),
                new Piece.Finish(0, FinishReason.LENGTH, "")));
        assertThat(chunks)
                .hasSize(2)
                .allMatch(chunk -> chunk.path("object").asString().equals("text_completion"));
        assertThat(chunks.getFirst().path("choices").path(0).path("text").asString())
                .isEqualTo("y");
    }

    @Test
    void readsAndWritesVectors() { // check 96, 97
        Inbound inbound = FRONT.read(
                Endpoint.OPENAI_EMBEDDINGS,
                bytes("{\"model\":\"alias\",\"input\":\"x\",\"encoding_format\":\"base64\"}"));
        TranslatingRelay relay =
                new TranslatingRelay(reader(inbound), FRONT.writer(inbound, Receipt.NONE, new Calls.StillClock()));
        relay.feed(
                bytes(
                        "{\"data\":[{\"index\":0,\"embedding\":[1.5,-2]}],\"model\":\"real\",\"usage\":{\"prompt_tokens\":3}}"));
        JsonNode out = MAPPER.readTree(relay.end());
        assertThat(out.path("data").path(0).path("embedding").asString()).isEqualTo("AADAPwAAAMA=");
        assertThat(out.path("usage").path("prompt_tokens").asInt()).isEqualTo(3);
        assertThat(relay.complete()).isTrue();
    }

    private static Failure.Upstream refusal(int status, String body, String... headers) {
        Function<String, Optional<String>> lookup = name -> {
            for (int i = 0; i < headers.length; i += 2) {
                if (headers[i].equals(name)) {
                    return Optional.of(headers[i + 1]);
                }
            }
            return Optional.empty();
        };
        return BACK.refusal(status, lookup, bytes(body));
    }

    @Test
    void judgesRefusalsByStatusCodeAndWords() { // check 99, 101, 139, 140, 142
        assertThat(refusal(401, "{\"error\":{\"message\":\"Incorrect API key provided: sk-abcdefgh1234\"}}"))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.KEY_REFUSED))
                .satisfies(failure -> assertThat(failure.message()).doesNotContain("sk-"));
        assertThat(refusal(402, "").kind()).isEqualTo(Kind.CREDIT_EXHAUSTED);
        assertThat(refusal(429, "{\"error\":{\"message\":\"x\",\"code\":\"insufficient_quota\"}}")
                        .kind())
                .isEqualTo(Kind.QUOTA_SPENT);
        assertThat(refusal(429, "{\"error\":\"you have reached your weekly usage limit\"}")
                        .kind())
                .isEqualTo(Kind.QUOTA_SPENT);
        assertThat(refusal(429, "").kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(refusal(503, "<html>").kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(refusal(503, "<html>secret host</html>").message()).doesNotContain("html");
        assertThat(refusal(529, "").kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(refusal(500, "").kind()).isEqualTo(Kind.SERVER_ERROR);
        assertThat(refusal(404, "{\"detail\":\"Not Found\"}").kind()).isEqualTo(Kind.ABILITY_MISSING);
        assertThat(refusal(422, "{\"message\":\"too many inputs\",\"code\":422,\"type\":\"validation\"}"))
                .isEqualTo(
                        new Failure.Upstream(Kind.REQUEST_REFUSED, 422, "too many inputs", "", "", Optional.empty()));
        assertThat(refusal(400, "{\"error\":{\"message\":\"" + "x".repeat(5_000) + "\"}}")
                        .message())
                .hasSize(1_000);
    }

    @Test
    void readsEveryFormOfRetryAfter() { // check 141
        assertThat(refusal(429, "", "retry-after", "42").retryAfter()).contains(Duration.ofSeconds(42));
        assertThat(refusal(429, "", "retry-after-ms", "1500", "retry-after", "2")
                        .retryAfter())
                .contains(Duration.ofMillis(1500));
        assertThat(refusal(
                                429,
                                "",
                                "retry-after",
                                "Fri, 20 Nov 2026 13:52:06 GMT",
                                "date",
                                "Fri, 20 Nov 2026 13:51:06 GMT")
                        .retryAfter())
                .contains(Duration.ofSeconds(60));
        assertThat(refusal(429, "", "retry-after", "soon").retryAfter()).isEmpty();
        assertThat(refusal(429, "{\"error\":{\"message\":\"Please try again in 1.5s.\"}}")
                        .retryAfter())
                .contains(Duration.ofMillis(1500));
    }

    @Test
    void neverThrowsOnWhatAProviderSends() {
        long seed = new Random().nextLong();
        System.out.println("OpenAiAnswerTest seed " + seed);
        Random random = new Random(seed);
        byte[] good = bytes(": c\n\n" + ROLE + HELLO
                + chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                        "null")
                + STOP + usage("{\"prompt_tokens\":5,\"completion_tokens\":2,\"cost\":0.1}") + DONE);
        Inbound whole = chat("");
        Inbound stream = streamedWithUsage();
        Inbound embed = FRONT.read(Endpoint.OPENAI_EMBEDDINGS, bytes("{\"model\":\"alias\",\"input\":\"x\"}"));
        byte[] vectors = bytes("{\"data\":[{\"index\":0,\"embedding\":[1.5,-2]}],\"usage\":{\"prompt_tokens\":3}}");
        for (int round = 0; round < 4_000; round++) {
            byte[] bytes = spoilt(good, random);
            int size = random.nextInt(1, 200);
            Calls.through(BACK.passThrough(stream, plain(), NOTE), bytes, size);
            pieces(reader(stream), bytes, size);
            byte[] json = java.util.Arrays.copyOfRange(bytes, 11, bytes.length);
            Calls.through(Calls.relay(whole), json, size);
            pieces(reader(whole), json, size);
            byte[] odd = spoilt(vectors, random);
            Calls.through(Calls.relay(embed), odd, size);
            pieces(reader(embed), odd, size);
            BACK.refusal(random.nextInt(300, 600), _ -> Optional.of(text(odd)), json);
        }
    }

    private static byte[] spoilt(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int change = random.nextInt(0, 5); change > 0; change--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    @Test
    void understoodRequestsCanBeWrittenAgain() {
        Asked asked = FRONT.understand(chat(",\"foo\":1,\"user\":\"u\",\"temperature\":0.5"));
        assertThat(text(BACK.write(asked, plain()).body().join()))
                .isEqualTo("{\"model\":\"real\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false,"
                        + "\"temperature\":0.5,\"user\":\"u\"}");
    }
}
