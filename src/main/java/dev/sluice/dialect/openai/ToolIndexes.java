package dev.sluice.dialect.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Numbers the tool calls of one choice from 0 in the order they begin, whatever the provider numbered: some leave the
 * index out, some say 0 for every call, some count other blocks too. Used by one thread.
 */
final class ToolIndexes {
    private final List<Begun> begun = new ArrayList<>(2);

    private record Begun(OptionalInt upstream, String id, String name) {
        boolean continuedBy(Chunk.Call part) {
            if (!part.id().isEmpty() && !id.isEmpty()) {
                return part.id().equals(id);
            }
            // Without ids a name marks a new call, unless the provider repeats it on every part.
            return part.name().isEmpty()
                    || (part.index().isPresent() && part.name().equals(name));
        }
    }

    /** Our index of the call to which a part belongs. */
    int of(Chunk.Call part) {
        for (int at = begun.size() - 1; at >= 0; at--) {
            Begun call = begun.get(at);
            boolean same = part.index().isEmpty() || part.index().equals(call.upstream);
            if (same && call.continuedBy(part)) {
                return at;
            }
            if (same) {
                break;
            }
        }
        begun.add(new Begun(part.index(), part.id(), part.name()));
        return begun.size() - 1;
    }

    /** Whether a part would be the first of its call. */
    int count() {
        return begun.size();
    }

    boolean any() {
        return !begun.isEmpty();
    }
}
