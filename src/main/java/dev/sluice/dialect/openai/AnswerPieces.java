package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound.Span;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;

/** Turns chunks, or one whole answer, into pieces. Used by one thread. */
final class AnswerPieces {
    private static final SequencedMap<String, RawJson> NOTHING =
            Collections.unmodifiableSequencedMap(new LinkedHashMap<>());

    private final AnswerState state;
    private final Set<String> toolNames;
    private final boolean all;
    private final Set<Long> strangeCalls = new HashSet<>(0);
    private final Set<Long> told = new HashSet<>(2);
    private final List<Piece.Finish> waiting = new ArrayList<>(1);
    private boolean over;

    /**
     * Pieces of one answer.
     *
     * @param toolNames the tools that may be called; empty where any may
     * @param all whether members that nothing here knows are wanted, too
     */
    AnswerPieces(AnswerState state, Set<String> toolNames, boolean all) {
        this.state = state;
        this.toolNames = toolNames;
        this.all = all;
    }

    /**
     * Takes a chunk, or the whole answer.
     *
     * @param json the array in which the chunk stands
     * @param at where it stands there
     */
    void take(Chunk chunk, byte[] json, Span at, Consumer<Piece> pieces) {
        state.see(chunk, json);
        if (state.seen().failed() && !over) {
            count(chunk, pieces); // Some providers charge for what failed.
        }
        if (broken(pieces)) {
            return;
        }
        if (all) {
            extras(chunk, ExtraMembers.read(Arrays.copyOfRange(json, at.from(), at.to())), pieces);
        } else {
            for (Chunk.Choice choice : chunk.choices()) {
                choice(choice, List.of(), pieces);
            }
        }
        count(chunk, pieces);
        chunk.timings().ifPresent(timings -> pieces.accept(new Piece.Timed(timings)));
    }

    private static void count(Chunk chunk, Consumer<Piece> pieces) {
        chunk.usage().ifPresent(usage -> pieces.accept(new Piece.Counted(usage)));
    }

    private void extras(Chunk chunk, ExtraMembers extras, Consumer<Piece> pieces) {
        int first = chunk.choices().isEmpty() ? 0 : chunk.choices().getFirst().index();
        extra(first, new Piece.Holder.Answer(), extras.ofAnswer(), pieces);
        extras.count()
                .ifPresent(count ->
                        pieces.accept(new Piece.Extra(first, new Piece.Holder.Count(), ExtraMembers.membersOf(count))));
        for (int at = 0; at < chunk.choices().size(); at++) {
            Chunk.Choice choice = chunk.choices().get(at);
            ExtraMembers.OfChoice others = extras.choices().get(at);
            extra(choice.index(), new Piece.Holder.Choice(), others.ofChoice(), pieces);
            extra(choice.index(), new Piece.Holder.Turn(), others.ofTurn(), pieces);
            choice(choice, others.ofCalls(), pieces);
        }
    }

    private static void extra(
            int choice, Piece.Holder holder, SequencedMap<String, RawJson> members, Consumer<Piece> pieces) {
        if (!members.isEmpty()) {
            pieces.accept(new Piece.Extra(choice, holder, members));
        }
    }

    /** @param ofCalls what nothing here knows of each of its calls; none where nobody wants it */
    private void choice(Chunk.Choice choice, List<SequencedMap<String, RawJson>> ofCalls, Consumer<Piece> pieces) {
        int index = choice.index();
        if (!choice.thought().isEmpty()) {
            pieces.accept(new Piece.Thought(index, choice.thought()));
        }
        if (!choice.text().isEmpty() || choice.logprobs().isPresent()) {
            pieces.accept(new Piece.Text(index, choice.text(), choice.logprobs()));
        }
        if (!choice.refusal().isEmpty()) {
            pieces.accept(new Piece.Refusal(index, choice.refusal()));
        }
        List<ToolIndexes.Place> places =
                choice.calls().isEmpty() ? List.of() : state.tools(index).of(choice.calls());
        for (int at = 0; at < places.size(); at++) {
            call(index, choice.calls().get(at), places.get(at), ofCalls.isEmpty() ? NOTHING : ofCalls.get(at), pieces);
        }
        if (!choice.finish().isEmpty()) {
            waiting.add(new Piece.Finish(index, reason(index, choice.finish()), choice.matchedStop()));
        }
        if (state.seen().content()) {
            waiting.forEach(pieces);
            waiting.clear();
        }
    }

    /** The real Ollama drops a call of a tool that nobody offered; vLLM hands it on. */
    private void call(
            int choice,
            Chunk.Call call,
            ToolIndexes.Place place,
            SequencedMap<String, RawJson> others,
            Consumer<Piece> pieces) {
        if (!place.named() && call.name().isEmpty() && call.arguments().isEmpty()) {
            return; // An id alone waits for the name that comes behind it.
        }
        int index = place.index();
        long key = ((long) choice << 32) | index;
        boolean first = told.add(key);
        if (first && !toolNames.isEmpty() && !toolNames.contains(call.name())) {
            strangeCalls.add(key);
        }
        if (strangeCalls.contains(key)) {
            return;
        }
        int dropped = (int) strangeCalls.stream()
                .filter(other -> other >> 32 == choice && other < key)
                .count();
        extra(choice, new Piece.Holder.Call(index - dropped), others, pieces);
        pieces.accept(new Piece.ToolCallPart(
                choice, index - dropped, first ? place.id() : "", first ? call.name() : "", call.arguments()));
    }

    private FinishReason reason(int choice, String finish) {
        return switch (state.finish(choice, finish)) {
            case "length", "model_length" -> FinishReason.LENGTH;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            case "tool_calls", "function_call" -> strangeOnly(choice) ? FinishReason.STOP : FinishReason.TOOL_CALLS;
            default -> FinishReason.STOP;
        };
    }

    /** Whether a call was kept from the client. */
    boolean hasDropped() {
        return !strangeCalls.isEmpty();
    }

    private boolean strangeOnly(int choice) {
        long strange = strangeCalls.stream().filter(key -> key >> 32 == choice).count();
        return strange > 0 && strange == state.tools(choice).count();
    }

    void endMark(Consumer<Piece> pieces) {
        if (over) {
            return;
        }
        state.endMark();
        close(pieces);
    }

    void endOfBody(Consumer<Piece> pieces) {
        if (over) {
            return;
        }
        state.endOfBody();
        close(pieces);
    }

    private void close(Consumer<Piece> pieces) {
        if (broken(pieces)) {
            return;
        }
        for (int choice : state.open()) {
            waiting.add(new Piece.Finish(choice, reason(choice, "stop"), ""));
        }
        waiting.forEach(pieces);
        waiting.clear();
        pieces.accept(new Piece.Done());
        over = true;
    }

    /** Reports what went wrong, once. */
    boolean broken(Consumer<Piece> pieces) {
        if (!over && state.seen().failed()) {
            over = true;
            state.seen().failure().ifPresent(failure -> pieces.accept(new Piece.Broken(failure)));
        }
        return over;
    }

    boolean over() {
        return over;
    }
}
