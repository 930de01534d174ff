package dev.sluice.dialect;

import dev.sluice.model.Failure;
import dev.sluice.model.Piece;
import dev.sluice.model.Usage;
import java.util.Optional;

/** Writes an answer's pieces as a client's bytes, streamed or whole. One per attempt, used by one thread. */
public interface AnswerWriter {

    String contentType();

    /** Bytes for one piece; empty where the piece only adds to what comes later. */
    byte[] write(Piece piece);

    /** The end of a whole answer: final chunk, end mark, or the one JSON object. */
    byte[] end(Optional<Usage> usage);

    /**
     * What in the answer is the provider's nonsense and cannot be written; empty where all can. To be looked at after every
     * piece and after the end, which is then none.
     */
    default Optional<String> nonsense() {
        return Optional.empty();
    }

    /** See {@link Relay#breakOff}. */
    byte[] breakOff(Failure failure);

    /** See {@link Relay#heartbeat}. */
    byte[] heartbeat();
}
