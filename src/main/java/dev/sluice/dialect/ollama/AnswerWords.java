package dev.sluice.dialect.ollama;

import dev.sluice.dialect.ollama.AnswerObject.Words;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.Timings;
import java.util.List;
import java.util.Optional;

/** Turns an answer's pieces into what an Ollama client sees of them. One per answer, used by one thread. */
final class AnswerWords {
    private static final String BROKEN_CALL =
            "the provider sent a tool call whose arguments are cut off or no JSON object";

    private final AnswerWishes wishes;
    private final ToolCalls toolCalls;
    private boolean contentBegun;
    private boolean thinkingBegun;
    private FinishReason reason = FinishReason.STOP;
    private Optional<Timings> timings = Optional.empty();
    private long characters;

    AnswerWords(AnswerWishes wishes) {
        this.wishes = wishes;
        this.toolCalls = new ToolCalls(wishes.tools());
        this.contentBegun = wishes.bare();
    }

    /** What this piece adds now; tool calls wait for {@link #takeToolCalls()}. Only the first of several answers counts. */
    Words of(Piece piece) {
        if (piece.choice() != 0) {
            return Words.NONE;
        }
        return switch (piece) {
            case Piece.Text text -> content(text.text(), text.logprobs());
            case Piece.Refusal refusal -> content(refusal.text(), Optional.empty());
            case Piece.Thought thought -> thinking(thought.text());
            case Piece.ToolCallPart part -> {
                characters += part.arguments().length();
                toolCalls.add(part);
                yield Words.NONE;
            }
            case Piece.Finish finish -> {
                reason = finish.reason();
                yield Words.NONE;
            }
            case Piece.Timed timed -> {
                timings = Optional.of(timed.timings());
                yield Words.NONE;
            }
            case Piece.Counted _, Piece.Vector _, Piece.Extra _, Piece.Broken _, Piece.Done _ -> Words.NONE;
        };
    }

    ToolCalls toolCalls() {
        return toolCalls;
    }

    /** See {@link ToolCalls#take}. */
    List<RawJson> takeToolCalls() {
        return toolCalls.take(reason);
    }

    /** See {@link dev.sluice.dialect.AnswerWriter#nonsense}. */
    Optional<String> nonsense() {
        return toolCalls.broken() ? Optional.of(BROKEN_CALL) : Optional.empty();
    }

    FinishReason reason() {
        return reason;
    }

    /** How long the provider says it worked, where it does. */
    Optional<Timings> timings() {
        return timings;
    }

    long characters() {
        return characters;
    }

    private Words content(String text, Optional<RawJson> logprobs) {
        String shown = contentBegun ? text : text.stripLeading();
        contentBegun |= !shown.isEmpty();
        characters += shown.length();
        List<RawJson> translated = logprobs.flatMap(list -> Logprobs.toOllama(list, wishes.alternatives())).stream()
                .toList();
        return Words.content(shown, translated);
    }

    private Words thinking(String text) {
        characters += text.length();
        if (wishes.thinkingHidden()) {
            return Words.NONE;
        }
        String shown = thinkingBegun ? text : text.stripLeading();
        thinkingBegun |= !shown.isEmpty();
        return Words.thinking(shown);
    }
}
