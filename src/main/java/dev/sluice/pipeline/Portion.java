package dev.sluice.pipeline;

import dev.sluice.dialect.Inbound;
import dev.sluice.model.Piece;

/**
 * One of several calls that a client's call is made into.
 *
 * @param offset where the first of its answers stands among all answers
 * @param stride how far apart its answers stand there
 */
record Portion(Inbound inbound, int offset, int stride) {

    /** Whether it asks what another part asks, too, only for another answer. */
    boolean repeatsPrompt() {
        return stride > 1 && offset > 0;
    }

    /** The same piece, counted among all answers. */
    Piece placed(Piece piece) {
        return switch (piece) {
            case Piece.Text text -> new Piece.Text(place(text), text.text(), text.logprobs());
            case Piece.Thought thought -> new Piece.Thought(place(thought), thought.text());
            case Piece.Refusal refusal -> new Piece.Refusal(place(refusal), refusal.text());
            case Piece.ToolCallPart call ->
                new Piece.ToolCallPart(place(call), call.index(), call.id(), call.name(), call.arguments());
            case Piece.Finish finish -> new Piece.Finish(place(finish), finish.reason(), finish.matchedStop());
            case Piece.Vector vector -> new Piece.Vector(place(vector), vector.values());
            case Piece.Extra extra -> new Piece.Extra(place(extra), extra.holder(), extra.members());
            case Piece.Counted counted -> counted;
            case Piece.Timed timed -> timed;
            case Piece.Broken broken -> broken;
            case Piece.Done done -> done;
        };
    }

    private int place(Piece piece) {
        return piece.choice() * stride + offset;
    }
}
