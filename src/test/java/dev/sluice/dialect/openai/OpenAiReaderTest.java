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
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of a provider in, pieces out. */
class OpenAiReaderTest {
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
    void passesOverEventsThatAreNoChunks() {
        assertThat(read(
                        streamed(),
                        "event: ping\ndata: {}\n\n" + ROLE + HELLO + data("{\"type\":\"ping\"}") + STOP + DONE))
                .isEqualTo(read(streamed(), ROLE + HELLO + STOP + DONE));
        assertThat(read(streamed(), ROLE + HELLO + "event: error\ndata: {\"message\":\"boo\"}\n\n" + STOP + DONE))
                .last()
                .isEqualTo(new Piece.Broken(new Failure.Upstream(Failure.Kind.CUT, 0, "boo")));
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
    void neverThrowsOnWhatAProviderSends() {
        long seed = new Random().nextLong();
        System.out.println("OpenAiReaderTest seed " + seed);
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
}
