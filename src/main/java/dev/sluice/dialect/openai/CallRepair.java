package dev.sluice.dialect.openai;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Members;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what must change in one part of a tool call. Clients put the parts together as text: each call has its id with
 * its first part, and a name or type that came again, or came as null, would spoil the one that is there.
 */
final class CallRepair {
    private final Chunk.Call call;
    private final ToolIndexes.Place place;
    private final byte[] json;
    private final Edits edits;

    CallRepair(Chunk.Call call, ToolIndexes.Place place, byte[] json, Edits edits) {
        this.call = call;
        this.place = place;
        this.json = json;
        this.edits = edits;
    }

    /** @param streamed whether the call is told by its index */
    void repair(boolean streamed) {
        List<String> missing = new ArrayList<>(2);
        if (streamed) {
            index(missing);
        }
        if (place.first() && call.id().isEmpty()) {
            id(missing);
        }
        boolean bare = call.members().stream().allMatch(this::isDropped);
        if (!missing.isEmpty()) {
            edits.insert(call.body().start(), String.join(",", missing) + (bare ? "" : ","));
        }
        drop(call.body(), call.members());
        call.function().ifPresent(body -> drop(body, call.ofFunction()));
        type();
        arguments();
    }

    private void index(List<String> missing) {
        if (call.index().isPresent() && call.index().getAsInt() == place.index()) {
            return;
        }
        if (call.indexValue().isPresent()) {
            edits.replace(call.indexValue().get(), Integer.toString(place.index()));
        } else {
            missing.add("\"index\":" + place.index());
        }
    }

    /** One that comes later is dropped: some clients break off where the first part has none. */
    private void id(List<String> missing) {
        String made = Json.quoted(Writing.id("call_"));
        call.members().stream()
                .filter(member -> member.label() == Chunk.Label.ID)
                .findFirst()
                .ifPresentOrElse(member -> edits.replace(member.value(), made), () -> missing.add("\"id\":" + made));
    }

    private void type() {
        if (place.first()) {
            call.members().stream()
                    .filter(member -> member.label() == Chunk.Label.TYPE && member.isNull())
                    .forEach(member -> edits.replace(member.value(), "\"function\""));
        }
    }

    private void drop(Chunk.Body body, List<Chunk.Member> all) {
        Members members = new Members(json, body.start());
        for (Chunk.Member member : all) {
            if (isDropped(member)) {
                edits.cut(members.cut(member.start(), member.value().to()));
            } else {
                members.keep(member.value().to());
            }
        }
    }

    private boolean isDropped(Chunk.Member member) {
        boolean says = member.isNull() || !member.isEmpty();
        return says
                && switch (member.label()) {
                    case ID -> !place.first();
                    case TYPE -> place.type() || (member.isNull() && !place.first());
                    case NAME -> place.named() || member.isNull();
                    case OTHER -> false;
                };
    }

    private void arguments() {
        if (call.argumentsObject().isPresent()) {
            edits.replace(call.argumentsObject().get(), Json.quoted(call.arguments()));
        } else if (!call.argumentsGiven() && place.first()) {
            boolean bare = call.ofFunction().stream().allMatch(this::isDropped);
            call.function().ifPresent(body -> edits.insert(body.end(), (bare ? "" : ",") + "\"arguments\":\"\""));
        }
    }
}
