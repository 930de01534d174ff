package dev.sluice.dialect.openai;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Numbers the tool calls of one choice from 0 in the order they begin, whatever the provider numbered: some leave the
 * index out, some say 0 for every call, some count other blocks too. Used by one thread.
 */
final class ToolIndexes {
    private final List<Begun> begun = new ArrayList<>(2);

    /**
     * To which call a part belongs, and what of that call had come before it.
     *
     * @param index ours
     * @param id the provider's, also where it has come with this part only; "" where there is none yet
     * @param type whether an earlier part had the type
     * @param named whether an earlier part had the name
     */
    record Place(int index, boolean first, String id, boolean type, boolean named) {}

    private record Begun(OptionalInt upstream, String id, boolean type, String name, ArgumentsEnd arguments) {

        static Begun by(Chunk.Call part) {
            return new Begun(part.index(), part.id(), part.typed(), part.name(), new ArgumentsEnd()).with(part);
        }

        /** @param again whether a part of this call stands in the same chunk already */
        boolean continuedBy(Chunk.Call part, boolean again) {
            if (!part.id().isEmpty() && !id.isEmpty()) {
                return part.id().equals(id);
            }
            if (part.name().isEmpty() || name.isEmpty()) {
                return true;
            }
            // Without ids a name marks a new call, unless the provider repeats it on every part. Behind whole
            // arguments nothing can come but another call's.
            boolean more = !arguments.isWhole() || part.arguments().isBlank();
            return more && !again && part.index().isPresent() && part.name().equals(name);
        }

        Begun with(Chunk.Call part) {
            arguments.add(part.arguments());
            return new Begun(
                    upstream,
                    id.isEmpty() ? part.id() : id,
                    type || part.typed(),
                    name.isEmpty() ? part.name() : name,
                    arguments);
        }
    }

    /** Where the parts belong that stand in one chunk. */
    List<Place> of(List<Chunk.Call> parts) {
        if (parts.isEmpty()) {
            return List.of();
        }
        List<Place> places = new ArrayList<>(parts.size());
        Set<Integer> inChunk = new HashSet<>(2);
        for (Chunk.Call part : parts) {
            Place place = of(part, inChunk);
            inChunk.add(place.index());
            places.add(place);
        }
        return places;
    }

    private Place of(Chunk.Call part, Set<Integer> inChunk) {
        for (int at = begun.size() - 1; at >= 0; at--) {
            Begun call = begun.get(at);
            boolean same = part.index().isEmpty() || part.index().equals(call.upstream);
            if (same && call.continuedBy(part, inChunk.contains(at))) {
                Begun now = call.with(part);
                begun.set(at, now);
                return new Place(at, false, now.id, call.type, !call.name.isEmpty());
            }
            if (same) {
                break;
            }
        }
        begun.add(Begun.by(part));
        return new Place(begun.size() - 1, true, part.id(), false, false);
    }

    int count() {
        return begun.size();
    }

    boolean any() {
        return !begun.isEmpty();
    }
}
