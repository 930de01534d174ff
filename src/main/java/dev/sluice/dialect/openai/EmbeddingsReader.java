package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerReader;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Piece;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/** Reads vectors. Used by one thread. */
final class EmbeddingsReader implements AnswerReader {
    static final String OTHER_VECTORS = "the provider's vectors are not one for each input";

    private final int inputs;
    private final boolean all;
    private final Collected collected = new Collected();
    private String answeredBy = "";
    private boolean over;

    /**
     * Reads one answer.
     *
     * @param inputs how many vectors there must be
     * @param all whether members that nothing here knows are wanted, too
     */
    EmbeddingsReader(int inputs, boolean all) {
        this.inputs = inputs;
        this.all = all;
    }

    @Override
    public void feed(byte[] bytes, Consumer<Piece> pieces) {
        collected.add(bytes);
        if (collected.tooLong() && !over) {
            broken(Kind.NONSENSE, "the provider sent an endless answer", pieces);
        }
    }

    @Override
    public void end(Consumer<Piece> pieces) {
        if (over) {
            return;
        }
        byte[] body = collected.body();
        try {
            answer(body, EmbeddingAnswer.parse(body, true), pieces);
        } catch (JacksonException _) {
            broken(Kind.NONSENSE, "the provider sent something that is not an answer", pieces);
        }
    }

    private void answer(byte[] body, EmbeddingAnswer answer, Consumer<Piece> pieces) {
        over = true;
        answeredBy = answer.modelName();
        if (answer.error().isPresent()) {
            answer.usage().ifPresent(usage -> pieces.accept(new Piece.Counted(usage)));
            pieces.accept(new Piece.Broken(answer.error().get().inAnswer()));
            return;
        }
        if (answer.count() == 0) {
            pieces.accept(new Piece.Broken(UpstreamRefusal.notAnAnswer(body, 0, body.length)));
            return;
        }
        if (!answer.answers(inputs)) {
            answer.usage().ifPresent(usage -> pieces.accept(new Piece.Counted(usage)));
            broken(Kind.NONSENSE, OTHER_VECTORS, pieces);
            return;
        }
        for (int at = 0; at < answer.vectors().size(); at++) {
            pieces.accept(new Piece.Vector(at, answer.vectors().get(at)));
        }
        if (all) {
            EmbeddingExtras.read(body, pieces);
        }
        answer.usage().ifPresent(usage -> pieces.accept(new Piece.Counted(usage)));
        pieces.accept(new Piece.Done());
    }

    private void broken(Kind kind, String message, Consumer<Piece> pieces) {
        over = true;
        pieces.accept(new Piece.Broken(new Failure.Upstream(kind, 0, message)));
    }

    @Override
    public String answeredBy() {
        return answeredBy;
    }
}
