package dev.sluice.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Failure;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OllamaReaderTest {

    @Test
    void tellsThatToolsWereCalledWhereOllamaSaysStop() { // check 22
        List<Piece> pieces = read(Recordings.named("chat-two-tools-stream"));
        assertThat(pieces.get(0)).satisfies(piece -> {
            Piece.ToolCallPart call = (Piece.ToolCallPart) piece;
            assertThat(call.index()).isZero();
            assertThat(call.name()).isEqualTo("get_weather");
            assertThat(call.arguments()).isEqualTo("{\"city\":\"Seoul\"}");
        });
        assertThat(((Piece.ToolCallPart) pieces.get(1)).index()).isEqualTo(1);
        assertThat(pieces.get(2)).isEqualTo(new Piece.Finish(0, FinishReason.TOOL_CALLS, ""));
        assertThat(pieces.getLast()).isEqualTo(new Piece.Done());
    }

    @Test
    void readsThoughtsBeforeText() { // check 28
        List<Piece> pieces = read(Recordings.named("chat-think-whole"));
        assertThat(pieces.subList(0, 3))
                .containsExactly(
                        new Piece.Thought(0, "The user asks for a capital.\n"),
                        new Piece.Text(0, "Seoul, since long ago."),
                        new Piece.Finish(0, FinishReason.STOP, ""));
    }

    @Test
    void readsTheReasonOfTheEndAndTheCounts() { // checks 17, 20
        List<Piece> pieces = read(Recordings.named("chat-length-stream"));
        assertThat(pieces).contains(new Piece.Finish(0, FinishReason.LENGTH, ""));
        assertThat(pieces.stream().filter(Piece.Counted.class::isInstance).map(Piece.Counted.class::cast))
                .singleElement()
                .satisfies(counted -> assertThat(counted.usage().output()).isEqualTo(5));
    }

    @Test
    void writesLogprobsAsOpenAiDoes() { // check 63
        String line =
                "{\"response\":\"a\",\"done\":false,\"logprobs\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97]},"
                        + "{\"token\":\"\",\"logprob\":-1}]}\n";
        assertThat(pieces(line.getBytes(UTF_8), true, false).getFirst())
                .isEqualTo(new Piece.Text(
                        0,
                        "a",
                        Optional.of(
                                new RawJson("[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":[]},"
                                        + "{\"token\":\"\",\"logprob\":-1,\"bytes\":null,\"top_logprobs\":[]}]"))));
    }

    @Test
    void readsVectorsInOrder() { // check 45
        List<Piece> pieces =
                pieces("{\"embeddings\":[[1,2.5],[-3e-2,4]],\"prompt_eval_count\":3}".getBytes(UTF_8), false, true);
        assertThat(pieces).hasSize(4);
        assertThat(((Piece.Vector) pieces.get(1)).choice()).isEqualTo(1);
        assertThat(((Piece.Vector) pieces.get(1)).values()).containsExactly(-0.03f, 4f);
    }

    @Test
    void callsAVectorOfWordsNonsense() {
        assertThat(failure(pieces("{\"embeddings\":[[\"x\"]]}".getBytes(UTF_8), false, true))
                        .kind())
                .isEqualTo(Failure.Kind.NONSENSE);
        assertThat(failure(pieces("{}".getBytes(UTF_8), false, true)).kind()).isEqualTo(Failure.Kind.NONSENSE);
    }

    @Test
    void endsABrokenStreamWithItsFailureAndNothingElse() { // checks 15, 43
        List<Piece> pieces = read(Recordings.named("chat-killed-stream"));
        assertThat(failure(pieces).kind()).isEqualTo(Failure.Kind.CUT);
        assertThat(failure(pieces).message())
                .isEqualTo("an error was encountered while running the model: unexpected EOF");
        assertThat(pieces).doesNotContain(new Piece.Done());
    }

    private static Failure.Upstream failure(List<Piece> pieces) {
        return (Failure.Upstream) ((Piece.Broken) pieces.getLast()).failure();
    }

    private static List<Piece> read(Recordings.Recording recording) {
        return pieces(recording.answer(), recording.isStream(), false);
    }

    private static List<Piece> pieces(byte[] answer, boolean stream, boolean embedding) {
        OllamaAnswerReader reader = embedding ? OllamaAnswerReader.ofVectors(2, false) : new OllamaAnswerReader(stream);
        List<Piece> pieces = new ArrayList<>();
        int middle = answer.length / 2;
        reader.feed(Arrays.copyOf(answer, middle), pieces::add);
        reader.feed(Arrays.copyOfRange(answer, middle, answer.length), pieces::add);
        reader.end(pieces::add);
        return pieces;
    }
}
