package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Piece;
import java.util.Set;
import java.util.function.Consumer;

/** Reads a whole chat or completion. Used by one thread. */
final class WholeReader implements AnswerReader {
    private final AnswerState state;
    private final AnswerPieces pieces;
    private final Collected collected = new Collected();

    /** See {@link AnswerPieces} and {@link AnswerState}. */
    WholeReader(boolean mayBeEmpty, Set<String> toolNames, boolean all) {
        this.state = new AnswerState(mayBeEmpty);
        this.pieces = new AnswerPieces(state, toolNames, all);
    }

    @Override
    public void feed(byte[] bytes, Consumer<Piece> to) {
        collected.add(bytes);
        if (collected.tooLong()) {
            state.fail(Kind.NONSENSE, "the provider sent an endless answer");
            pieces.broken(to);
        }
    }

    @Override
    public void end(Consumer<Piece> to) {
        if (pieces.over()) {
            return;
        }
        byte[] body = collected.body();
        WholeAnswer.read(body, state)
                .ifPresentOrElse(
                        chunk -> {
                            pieces.take(chunk, body, new Span(0, body.length), to);
                            pieces.endMark(to);
                        },
                        () -> pieces.broken(to));
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
