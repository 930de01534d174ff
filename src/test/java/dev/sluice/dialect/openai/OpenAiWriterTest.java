package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.DONE;
import static dev.sluice.dialect.openai.Calls.FRONT;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.chat;
import static dev.sluice.dialect.openai.Calls.chunk;
import static dev.sluice.dialect.openai.Calls.pieces;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.streamed;
import static dev.sluice.dialect.openai.Calls.streamedWithUsage;
import static dev.sluice.dialect.openai.Calls.text;
import static dev.sluice.dialect.openai.Calls.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.TranslatingRelay;
import dev.sluice.model.Endpoint;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Pieces in, bytes for a client out. */
class OpenAiWriterTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Receipt NOTE = _ -> Optional.of(new RawJson("{\"cost\":1}"));

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
    void tellsAnEstimateWhereNothingWasCounted() { // check 69
        Inbound inbound = streamedWithUsage();
        JsonNode last = chunks(written(
                        inbound,
                        Receipt.NONE,
                        Optional.empty(),
                        new Piece.Thought(0, "hm"),
                        new Piece.Text(0, "Hello"),
                        new Piece.Finish(0, FinishReason.STOP, "")))
                .getLast();
        Usage estimate = TokenEstimate.usage(inbound.body(), "hmHello".length());
        assertThat(last.path("choices").isEmpty()).isTrue();
        assertThat(last.path("usage").path("prompt_tokens").asLong()).isEqualTo(estimate.input());
        assertThat(last.path("usage").path("completion_tokens").asLong()).isEqualTo(estimate.output());
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
    void writesTheProbabilitiesOfCompletionsSideBySide() { // check 87
        Piece first = new Piece.Text(
                0,
                "\u2028é",
                Optional.of(new RawJson("[{\"token\":\"\\u2028\",\"logprob\":-0.5,\"bytes\":null,\"top_logprobs\":"
                        + "[{\"token\":\"b\",\"logprob\":-0.25,\"bytes\":null}]},"
                        + "{\"token\":\"é\",\"logprob\":-1e-9,\"bytes\":null,\"top_logprobs\":[]}]")));
        Piece second = new Piece.Text(0, "😀", Optional.of(new RawJson("[{\"token\":\"😀\",\"logprob\":-2}]")));
        Piece third = new Piece.Text(0, "!", Optional.of(new RawJson("[{\"token\":\"!\",\"logprob\":-3}]")));
        String asked = "{\"model\":\"alias\",\"prompt\":\"x\",\"logprobs\":1,\"stream\":%s}";
        Inbound whole = FRONT.read(Endpoint.OPENAI_COMPLETIONS, bytes(asked.formatted("false")));
        assertThat(written(whole, Receipt.NONE, Optional.empty(), first, second, third))
                .contains("\"logprobs\":{\"tokens\":[\"\\u2028\",\"é\",\"😀\",\"!\"],"
                        + "\"token_logprobs\":[-0.5,-1e-9,-2,-3],"
                        + "\"top_logprobs\":[{\"b\":-0.25,\"\\u2028\":-0.5},{\"é\":-1e-9},{\"😀\":-2},{\"!\":-3}],"
                        + "\"text_offset\":[0,1,2,3]}");
        Inbound stream = FRONT.read(Endpoint.OPENAI_COMPLETIONS, bytes(asked.formatted("true")));
        assertThat(written(stream, Receipt.NONE, Optional.empty(), first, second, third))
                .contains(
                        "\"text_offset\":[0,1]}", "\"tokens\":[\"😀\"]", "\"text_offset\":[2]}", "\"text_offset\":[3]}")
                .doesNotContain("\"content\"");
    }

    @Test
    void readsTheProbabilitiesOfCompletions() { // check 63
        String body = "{\"id\":\"c\",\"choices\":[{\"index\":0,\"text\":\"ab\",\"logprobs\":{\"text_offset\":[0,1,2],"
                + "\"token_logprobs\":[null,-0.5,-2e-3],\"tokens\":[\"x\",\"a\",\"é\"],"
                + "\"top_logprobs\":[null,{\"a\":-0.5,\"b\":-0.25}]},\"finish_reason\":\"stop\"}]}";
        Inbound inbound =
                FRONT.read(Endpoint.OPENAI_COMPLETIONS, bytes("{\"model\":\"alias\",\"prompt\":\"x\",\"logprobs\":2}"));
        assertThat(pieces(BACK.reader(FRONT.understand(inbound), plain()), bytes(body), 1_000))
                .contains(new Piece.Text(
                        0,
                        "ab",
                        Optional.of(new RawJson("[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":["
                                + "{\"token\":\"b\",\"logprob\":-0.25,\"bytes\":[98]},"
                                + "{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97]}]},"
                                + "{\"token\":\"é\",\"logprob\":-2e-3,\"bytes\":[195,169],\"top_logprobs\":[]}]"))));
    }

    @Test
    void readsAndWritesVectors() { // check 96, 97
        Inbound inbound = FRONT.read(
                Endpoint.OPENAI_EMBEDDINGS,
                bytes("{\"model\":\"alias\",\"input\":\"x\",\"encoding_format\":\"base64\"}"));
        TranslatingRelay relay = new TranslatingRelay(
                BACK.reader(FRONT.understand(inbound), plain()),
                FRONT.writer(inbound, Receipt.NONE, new Calls.StillClock()));
        relay.feed(
                bytes(
                        "{\"data\":[{\"index\":0,\"embedding\":[1.5,-2]}],\"model\":\"real\",\"usage\":{\"prompt_tokens\":3}}"));
        JsonNode out = MAPPER.readTree(relay.end());
        assertThat(out.path("data").path(0).path("embedding").asString()).isEqualTo("AADAPwAAAMA=");
        assertThat(out.path("usage").path("prompt_tokens").asInt()).isEqualTo(3);
        assertThat(relay.complete()).isTrue();
    }

    @Test
    void understoodRequestsCanBeWrittenAgain() {
        Asked asked = FRONT.understand(chat(",\"foo\":1,\"user\":\"u\",\"temperature\":0.5"));
        assertThat(text(BACK.write(asked, plain()).body().join()))
                .isEqualTo("{\"model\":\"real\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false,"
                        + "\"temperature\":0.5,\"user\":\"u\"}");
    }
}
