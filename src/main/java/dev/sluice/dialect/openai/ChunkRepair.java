package dev.sluice.dialect.openai;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Usage;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides what must change in a provider's chunk before a client may see it: one model name, id and time in all chunks,
 * no usage where it does not belong, honest tool indexes and finish reasons. Used by one thread.
 */
final class ChunkRepair {
    private final boolean chat;
    private final boolean usageAsked;
    private final byte[] model;
    private final AnswerState state;
    private final InstantSource clock;
    private final Set<Integer> begun = new HashSet<>(2);
    private byte[] id = Wire.NOTHING;
    private byte[] created = Wire.NOTHING;

    ChunkRepair(Inbound inbound, AnswerState state, boolean chat, InstantSource clock) {
        this.clock = clock;
        this.chat = chat;
        this.usageAsked = inbound.usageAsked();
        this.model = model(inbound);
        this.state = state;
    }

    /** As the client wrote it. */
    private static byte[] model(Inbound inbound) {
        return inbound.spots()
                .model()
                .map(value -> Arrays.copyOfRange(inbound.body(), value.from(), value.to()))
                .orElseGet(() -> Wire.bytes(Json.quoted(inbound.model())));
    }

    /** What changes in a chunk of a stream, its usage aside. */
    Edits chunk(Chunk chunk, byte[] json) {
        Edits edits = common(chunk, json);
        pins(chunk, json, edits);
        for (Chunk.Choice choice : chunk.choices()) {
            boolean first = begun.add(choice.index());
            if (chat && first && !choice.role()) {
                role(choice, edits);
            }
            choice.emptyBody()
                    .filter(_ -> chat && choice.body().isEmpty())
                    .ifPresent(place -> edits.replace(place, first ? "{\"role\":\"assistant\"}" : "{}"));
            choice(choice, json, edits, true);
        }
        return edits;
    }

    private static void role(Chunk.Choice choice, Edits edits) {
        if (choice.emptyRole().isPresent()) {
            edits.replace(choice.emptyRole().get(), "\"assistant\"");
            return;
        }
        choice.body().ifPresent(body -> edits.insert(body.start(), body.first("\"role\":\"assistant\"")));
    }

    /** Whether a chunk of this choice has been seen. */
    boolean hasBegun(Chunk.Choice choice) {
        return begun.contains(choice.index());
    }

    /** What changes in a whole answer. */
    Edits whole(Chunk chunk, byte[] json) {
        Edits edits = common(chunk, json);
        for (Chunk.Choice choice : chunk.choices()) {
            if (chat && !choice.refusalNamed()) {
                choice.body().ifPresent(body -> edits.insert(body.end(), body.last("\"refusal\":null")));
            }
            choice(choice, json, edits, false);
            if (choice.finish().isEmpty()) {
                finish(choice, edits);
            }
        }
        return edits;
    }

    /** Takes the usage off a chunk that is not the usage chunk. */
    void hideUsage(Chunk chunk, byte[] json, Edits edits) {
        if (chunk.usagePlace().isPresent()) {
            Chunk.Place place = chunk.usagePlace().get();
            if (!usageAsked) {
                edits.cut(place.member());
            } else if (json[place.value().from()] != 'n') {
                edits.replace(place.value(), "null");
            }
        } else if (usageAsked) {
            edits.insert(chunk.end(), ",\"usage\":null");
        }
    }

    /** Makes the chunk that carries the count into a usage chunk: without choices, which some providers leave in. */
    Edits usageChunk(Chunk chunk, byte[] json) {
        Edits edits = common(chunk, json);
        pins(chunk, json, edits);
        if (!chunk.choices().isEmpty()) {
            chunk.choicesList().ifPresent(list -> edits.replace(list, "[]"));
        }
        return edits;
    }

    /**
     * Puts what is booked in the place of a count that makes no sense, be it in a detail.
     *
     * @param estimate where the provider has counted nothing that can be booked
     */
    void soundUsage(Chunk chunk, byte[] json, Edits edits, Supplier<Usage> estimate) {
        if (chunk.usageGiven() && chunk.usagePlace().isPresent()) {
            Span place = chunk.usagePlace().get().value();
            Optional<Usage> counted = state.seen().usage();
            if (counted.isEmpty() || !UsageReader.isSound(json, place)) {
                edits.replace(place, Writing.usage(counted.orElseGet(estimate)));
            }
        }
    }

    private Edits common(Chunk chunk, byte[] json) {
        Edits edits = new Edits();
        chunk.model().filter(place -> !same(json, place, model)).ifPresent(place -> edits.replace(place, model));
        // openai-python walks through the choices of every chunk, and null has none to walk through.
        chunk.choicesList().filter(list -> isNull(list, json)).ifPresent(list -> edits.replace(list, "[]"));
        chunk.emptyError().ifPresent(place -> edits.cut(place.member()));
        return edits;
    }

    /** In every chunk the same, as the first chunk says it, or made up where that one does not. */
    private void pins(Chunk chunk, byte[] json, Edits edits) {
        if (chunk.model().isEmpty()) {
            add("model", model, chunk, edits);
        }
        if (isMissing(chunk.id(), json)) {
            giveId();
        }
        if (isMissing(chunk.created(), json)) {
            giveTime();
        }
        id = pin("id", chunk.id(), id, chunk, json, edits);
        created = pin("created", chunk.created(), created, chunk, json, edits);
    }

    private void giveId() {
        if (id.length == 0) {
            id = Wire.bytes(Json.quoted(Writing.id(chat ? "chatcmpl-" : "cmpl-")));
        }
    }

    private void giveTime() {
        if (created.length == 0) {
            created = Wire.bytes(Long.toString(clock.instant().getEpochSecond()));
        }
    }

    private static byte[] pin(String name, Optional<Span> place, byte[] first, Chunk chunk, byte[] json, Edits edits) {
        if (first.length == 0) {
            return place.filter(value -> !isNull(value, json))
                    .map(value -> Arrays.copyOfRange(json, value.from(), value.to()))
                    .orElse(first);
        }
        if (place.isEmpty()) {
            add(name, first, chunk, edits);
        } else if (!same(json, place.get(), first)) {
            edits.replace(place.get(), first);
        }
        return first;
    }

    private static void add(String name, byte[] value, Chunk chunk, Edits edits) {
        edits.insert(chunk.end(), ",\"" + name + "\":" + Wire.text(value, 0, value.length));
    }

    private static boolean isMissing(Optional<Span> place, byte[] json) {
        return place.isEmpty() || isNull(place.get(), json);
    }

    private static boolean isNull(Span value, byte[] json) {
        return json[value.from()] == 'n';
    }

    private static boolean same(byte[] json, Span place, byte[] value) {
        return Arrays.equals(json, place.from(), place.to(), value, 0, value.length);
    }

    private void choice(Chunk.Choice choice, byte[] json, Edits edits, boolean streamed) {
        if (!choice.calls().isEmpty()) {
            List<ToolIndexes.Place> places = state.tools(choice.index()).of(choice.calls());
            for (int at = 0; at < places.size(); at++) {
                new CallRepair(choice.calls().get(at), places.get(at), json, edits).repair(streamed);
            }
        }
        if (choice.finish().isEmpty()) {
            return;
        }
        String finish = state.finish(choice.index(), choice.finish());
        if (!finish.equals(choice.finish())) {
            choice.finishValue().ifPresent(place -> edits.replace(place, Json.quoted(finish)));
        }
    }

    /** The reason that a whole answer lacks, as a stream gets it. */
    private void finish(Chunk.Choice choice, Edits edits) {
        String finish = Json.quoted(state.finish(choice.index(), "stop"));
        choice.finishValue()
                .ifPresentOrElse(
                        place -> edits.replace(place, finish),
                        () -> edits.insert(choice.end(), ",\"finish_reason\":" + finish));
    }

    /** A finish chunk for a stream whose provider sent none although it ended well. */
    String finishChunk(int choice) {
        String finish = state.finish(choice, "stop");
        return head() + "[{\"index\":" + choice + ",\"" + (chat ? "delta\":{}" : "text\":\"\"")
                + ",\"logprobs\":null,\"finish_reason\":\"" + finish + "\"}]"
                + (usageAsked ? ",\"usage\":null}" : "}");
    }

    /** A usage chunk for a stream whose provider sent none that makes sense. */
    String usageChunk(Usage usage) {
        byte[] count = Writing.usage(usage);
        return head() + "[],\"usage\":" + Wire.text(count, 0, count.length) + "}";
    }

    /** A chunk's beginning, up to the value of its choices. */
    private String head() {
        giveId();
        giveTime();
        return "{\"id\":" + Wire.text(id, 0, id.length) + ",\"object\":\""
                + (chat ? "chat.completion.chunk" : "text_completion")
                + "\",\"created\":" + Wire.text(created, 0, created.length)
                + ",\"model\":"
                + Wire.text(model, 0, model.length)
                + ",\"choices\":";
    }
}
