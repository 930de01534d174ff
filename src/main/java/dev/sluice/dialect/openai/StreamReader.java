package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Piece;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/** Reads a streamed chat or completion. Used by one thread. */
final class StreamReader implements AnswerReader, SseFrames.Sink {
    private final AnswerState state;
    private final AnswerPieces pieces;
    private final SseFrames frames = new SseFrames(this);
    private Consumer<Piece> taker = StreamReader::nobody;
    private boolean ended;

    /** See {@link AnswerPieces} and {@link AnswerState}. */
    StreamReader(boolean mayBeEmpty, Set<String> toolNames, boolean all) {
        this.state = new AnswerState(mayBeEmpty);
        this.pieces = new AnswerPieces(state, toolNames, all);
    }

    private static void nobody(Piece piece) {}

    @Override
    public void feed(byte[] bytes, Consumer<Piece> to) {
        taker = to;
        frames.feed(bytes);
        taker = StreamReader::nobody;
    }

    @Override
    public void end(Consumer<Piece> to) {
        taker = to;
        ended = true;
        frames.end();
        pieces.endOfBody(to);
        taker = StreamReader::nobody;
    }

    @Override
    public void frame(SseFrames.Frame frame) {
        if (pieces.over() || (frame.hasData() && frame.dataFrom() == frame.dataTo())) {
            return;
        }
        if (!frame.hasData()) {
            if (frame.stray()) {
                state.fail(UpstreamRefusal.notAnAnswer(frame.bytes(), frame.from(), frame.to()));
                pieces.broken(taker);
            }
            return;
        }
        if (Wire.isEndMark(frame.data(), frame.dataFrom(), frame.dataTo())) {
            pieces.endMark(taker);
            return;
        }
        try {
            chunk(frame, ChunkParser.parse(frame.data(), frame.dataFrom(), frame.dataTo()));
        } catch (JacksonException _) {
            if (!ended) { // half a frame at the end is a broken connection, not nonsense
                fail("the provider sent a malformed chunk");
            }
        }
    }

    private void chunk(SseFrames.Frame frame, Chunk chunk) {
        Span at = new Span(frame.dataFrom(), frame.dataTo());
        if (frame.error() && chunk.error().isEmpty()) {
            state.fail(UpstreamRefusal.notAnAnswer(frame.data(), at.from(), at.to()));
        }
        if (chunk.isForeign()) {
            pieces.broken(taker);
        } else {
            pieces.take(chunk, frame.data(), at, taker);
        }
    }

    @Override
    public void tooLong() {
        fail("the provider sent an endless chunk");
    }

    private void fail(String message) {
        state.fail(Kind.NONSENSE, message);
        pieces.broken(taker);
    }

    @Override
    public String answeredBy() {
        return state.seen().answeredBy();
    }

    @Override
    public String receipt() {
        return state.seen().receipt();
    }

    @Override
    public boolean hasDropped() {
        return pieces.hasDropped();
    }
}
