package dev.sluice.dialect.ollama;

import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.Others;
import dev.sluice.dialect.VectorReader;
import dev.sluice.dialect.ollama.request.MessageReader;
import dev.sluice.model.Failure;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Message;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/** Reads an Ollama server's answer, streamed or whole. One per attempt, used by one thread. */
final class OllamaAnswerReader implements AnswerReader {
    /** What an answer with vectors has that is read, or measured here anew. */
    private static final Set<String> KNOWN =
            Set.of("model", "embeddings", "total_duration", "load_duration", "prompt_eval_count");

    private final NdjsonLines lines;
    private final OptionalInt inputs;
    private final boolean all;
    private String answeredBy = "";
    private int toolCalls;
    private boolean over;

    OllamaAnswerReader(boolean stream) {
        this(stream, OptionalInt.empty(), false);
    }

    /**
     * Of vectors.
     *
     * @param inputs how many there must be
     * @param all whether members that nothing here knows are wanted, too
     */
    static OllamaAnswerReader ofVectors(int inputs, boolean all) {
        return new OllamaAnswerReader(false, OptionalInt.of(inputs), all);
    }

    private OllamaAnswerReader(boolean stream, OptionalInt inputs, boolean all) {
        this.lines = new NdjsonLines(!stream);
        this.inputs = inputs;
        this.all = all;
    }

    @Override
    public void feed(byte[] bytes, Consumer<Piece> pieces) {
        lines.feed(bytes, json -> line(json, pieces));
        if (lines.tooLong()) {
            broken(new Failure.Upstream(Failure.Kind.NONSENSE, 0, "the provider sent an endless line"), pieces);
        }
    }

    @Override
    public void end(Consumer<Piece> pieces) {
        lines.end(json -> line(json, pieces));
        broken(new Failure.Upstream(Failure.Kind.CUT, 0, "the provider's answer ended before it was whole"), pieces);
    }

    @Override
    public String answeredBy() {
        return answeredBy;
    }

    private void line(byte[] json, Consumer<Piece> pieces) {
        if (over) {
            return;
        }
        Optional<AnswerLine> line = AnswerLine.of(json);
        if (line.isEmpty()) {
            nonsense(pieces);
            return;
        }
        if (line.get().error().isPresent()) {
            line.get().usage().ifPresent(usage -> pieces.accept(new Piece.Counted(usage)));
            broken(ProviderFailures.inAnswer(line.get().error().get()), pieces);
            return;
        }
        answer(json, line.get(), pieces);
    }

    private void answer(byte[] json, AnswerLine line, Consumer<Piece> pieces) {
        answeredBy = line.model().isEmpty() ? answeredBy : line.model();
        if (!line.thinking().isEmpty()) {
            pieces.accept(new Piece.Thought(0, line.thinking()));
        }
        Optional<RawJson> logprobs = line.logprobs().flatMap(span -> Logprobs.toOpenAi(raw(json, span)));
        if (!line.content().isEmpty() || logprobs.isPresent()) {
            pieces.accept(new Piece.Text(0, line.content(), logprobs));
        }
        line.toolCalls().ifPresent(span -> toolCalls(cut(json, span), pieces));
        if (inputs.isPresent() && !(line.isEmbedding() && vectors(json, line, inputs.getAsInt(), pieces))) {
            line.usage().ifPresent(usage -> pieces.accept(new Piece.Counted(usage)));
            nonsense(pieces);
            return;
        }
        if (line.isLast() || inputs.isPresent()) {
            finish(json, line, pieces);
        }
    }

    private void finish(byte[] json, AnswerLine line, Consumer<Piece> pieces) {
        if (inputs.isEmpty()) {
            pieces.accept(new Piece.Finish(0, reason(line.doneReason()), ""));
        }
        line.usage().ifPresent(usage -> pieces.accept(new Piece.Counted(usage)));
        if (all) {
            SequencedMap<String, RawJson> others = Others.besides(json, KNOWN);
            pieces.accept(new Piece.Extra(0, new Piece.Holder.Answer(), others));
        }
        pieces.accept(new Piece.Done());
        over = true;
    }

    /** Ollama says "stop" after tool calls; the other dialects want to be told. */
    private FinishReason reason(String doneReason) {
        if (toolCalls > 0) {
            return FinishReason.TOOL_CALLS;
        }
        return doneReason.equals("length") ? FinishReason.LENGTH : FinishReason.STOP;
    }

    private void toolCalls(byte[] list, Consumer<Piece> pieces) {
        try (JsonParser parser = Json.parser(list)) {
            List<Message.ToolCall> calls = new MessageReader(parser, list).toolCalls();
            for (Message.ToolCall call : calls) {
                // Servers have sent index 0 for every call: the order counts.
                pieces.accept(new Piece.ToolCallPart(
                        0, toolCalls++, call.id(), call.name(), call.arguments().text()));
            }
        }
    }

    /** Whether there is one for each input. */
    private static boolean vectors(byte[] json, AnswerLine line, int inputs, Consumer<Piece> pieces) {
        if (line.vectors().isEmpty()) {
            return inputs == 0;
        }
        byte[] list = cut(json, line.vectors().get());
        try (JsonParser parser = Json.parser(list)) {
            parser.nextToken();
            List<float[]> vectors =
                    line.isLegacyVector() ? List.of(VectorReader.one(parser)) : VectorReader.all(parser);
            if (vectors.size() != inputs) {
                return false;
            }
            for (int number = 0; number < inputs; number++) {
                pieces.accept(new Piece.Vector(number, vectors.get(number)));
            }
            return true;
        } catch (JacksonException _) {
            return false;
        }
    }

    private void nonsense(Consumer<Piece> pieces) {
        broken(
                new Failure.Upstream(Failure.Kind.NONSENSE, 0, "the provider sent something that is not an answer"),
                pieces);
    }

    private void broken(Failure.Upstream failure, Consumer<Piece> pieces) {
        if (!over) {
            over = true;
            pieces.accept(new Piece.Broken(failure));
        }
    }

    private static byte[] cut(byte[] json, Span span) {
        return Arrays.copyOfRange(json, span.from(), span.to());
    }

    private static RawJson raw(byte[] json, Span span) {
        return new RawJson(new String(json, span.from(), span.to() - span.from(), StandardCharsets.UTF_8));
    }
}
