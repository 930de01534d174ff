package dev.sluice.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/** One step of an answer, whole or streamed: what any provider's bytes mean, and what any client's bytes are made of. */
public sealed interface Piece {

    /** Which of several answers a piece belongs to; 0 for the first. */
    int choice();

    /** @param logprobs this piece's token log-probabilities as OpenAI writes them (an array), where asked for */
    record Text(int choice, String text, Optional<RawJson> logprobs) implements Piece {
        public Text(int choice, String text) {
            this(choice, text, Optional.empty());
        }
    }

    record Thought(int choice, String text) implements Piece {}

    record Refusal(int choice, String text) implements Piece {}

    /**
     * A part of a tool call. The first part of a call has its name; all parts of a call share {@code index}.
     *
     * @param index counts the calls of one answer from 0, repaired where the provider got it wrong
     * @param id the provider's id; "" on later parts or where it has none
     * @param name "" on later parts
     * @param arguments the next slice of the arguments' JSON text
     */
    record ToolCallPart(int choice, int index, String id, String name, String arguments) implements Piece {}

    /** @param matchedStop the stop text that ended the answer, where the provider says so; else "" */
    record Finish(int choice, FinishReason reason, String matchedStop) implements Piece {}

    /** The provider's final count; the last one holds. */
    record Counted(Usage usage) implements Piece {
        @Override
        public int choice() {
            return 0;
        }
    }

    /** The provider's own measurement; the last one holds. */
    record Timed(Timings timings) implements Piece {
        @Override
        public int choice() {
            return 0;
        }
    }

    /** The vector of input number {@code choice}. */
    record Vector(int choice, float[] values) implements Piece {}

    /** The provider says, or shows, that it failed after it had begun. */
    record Broken(Failure failure) implements Piece {
        @Override
        public int choice() {
            return 0;
        }
    }

    /**
     * Members that nothing here knows, from a provider of the client's own dialect. They come only where one answer is put
     * together from several, ahead of what else their chunk says.
     *
     * @param members as written, in the provider's order
     */
    record Extra(int choice, Holder holder, SequencedMap<String, RawJson> members) implements Piece {
        public Extra {
            members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
        }
    }

    /** The object in which members stand. */
    sealed interface Holder {
        /** The chunk, or the whole answer. */
        record Answer() implements Holder {}

        /** The count; here all its members are given, also those that are known. */
        record Count() implements Holder {}

        /** One of several answers, or one vector. */
        record Choice() implements Holder {}

        /** The turn or the part of it. */
        record Turn() implements Holder {}

        /** @param index as in {@link ToolCallPart} */
        record Call(int index) implements Holder {}
    }

    /** The provider's own end mark was seen: the answer is whole. */
    record Done() implements Piece {
        @Override
        public int choice() {
            return 0;
        }
    }
}
