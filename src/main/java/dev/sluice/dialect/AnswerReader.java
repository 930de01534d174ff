package dev.sluice.dialect;

import dev.sluice.model.Piece;
import java.util.function.Consumer;

/** Reads a provider's answer bytes into pieces. One per attempt, used by one thread; never throws on bad bytes. */
public interface AnswerReader {

    /** Takes the next bytes of the body. Trouble comes out as {@link Piece.Broken}, after which nothing follows. */
    void feed(byte[] bytes, Consumer<Piece> pieces);

    /** The body ended. Without the dialect's end mark, what comes out is a {@link Piece.Broken}. */
    void end(Consumer<Piece> pieces);

    /** The model that the provider says has answered; "" where it does not say. */
    String answeredBy();

    /** Whether the model has said something that no piece tells of, such as a call of a tool that nobody offered. */
    default boolean hasDropped() {
        return false;
    }

    /** The provider's own name for this answer; "" where it gave none. */
    default String receipt() {
        return "";
    }
}
