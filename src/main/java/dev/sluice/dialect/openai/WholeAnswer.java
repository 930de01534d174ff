package dev.sluice.dialect.openai;

import dev.sluice.model.Failure.Kind;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** Reads a body that should be one whole answer. */
final class WholeAnswer {
    private WholeAnswer() {}

    /** The answer; or nothing, and the state has failed. An error inside the answer is left to the state. */
    static Optional<Chunk> read(byte[] body, AnswerState state) {
        if (body.length == 0) {
            state.fail(Kind.CUT, "the provider sent no answer");
            return Optional.empty();
        }
        try {
            Chunk chunk = ChunkParser.parse(body, 0, body.length);
            if (chunk.choices().isEmpty() && chunk.error().isEmpty()) {
                state.fail(UpstreamRefusal.notAnAnswer(body, 0, body.length));
                return Optional.empty();
            }
            return Optional.of(chunk);
        } catch (UnexpectedEndOfInputException _) {
            state.fail(Kind.CUT, "the provider's answer ended in the middle");
        } catch (JacksonException _) {
            state.fail(Kind.NONSENSE, "the provider sent something that is not an answer");
        }
        return Optional.empty();
    }
}
