package dev.sluice.dialect.openai;

import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Members that wait for the next chunk of their choice, with which they came. Used by one thread. */
final class WaitingExtras {
    static final WaitingExtras NONE = new WaitingExtras();

    private final Map<String, RawJson> ofAnswer = new LinkedHashMap<>(0);
    private final Map<String, RawJson> ofChoice = new LinkedHashMap<>(0);
    private final Map<String, RawJson> ofTurn = new LinkedHashMap<>(0);
    private final Map<Integer, Map<String, RawJson>> ofCalls = new HashMap<>(0);

    /** Whether one of these has a place already, so that what waits must go first. */
    boolean has(Piece.Extra extra) {
        return extra.members().keySet().stream().anyMatch(place(extra.holder())::containsKey);
    }

    void add(Piece.Extra extra) {
        place(extra.holder()).putAll(extra.members());
    }

    private Map<String, RawJson> place(Piece.Holder holder) {
        return switch (holder) {
            case Piece.Holder.Answer _ -> ofAnswer;
            case Piece.Holder.Choice _ -> ofChoice;
            case Piece.Holder.Turn _ -> ofTurn;
            case Piece.Holder.Call(int index) -> ofCalls.computeIfAbsent(index, _ -> new LinkedHashMap<>());
            case Piece.Holder.Count _ -> throw new IllegalArgumentException("a count waits for the end");
        };
    }

    Map<String, RawJson> ofAnswer() {
        return ofAnswer;
    }

    Map<String, RawJson> ofChoice() {
        return ofChoice;
    }

    Map<String, RawJson> ofTurn() {
        return ofTurn;
    }

    /** Of the tool call of this index. */
    Map<String, RawJson> ofCall(int index) {
        return ofCalls.containsKey(index) ? ofCalls.get(index) : Map.of();
    }
}
