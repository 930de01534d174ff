package dev.sluice.dialect.openai;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Usage;
import java.util.Arrays;
import java.util.HashSet;
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
    private final Set<Integer> begun = new HashSet<>(2);
    private byte[] id = Wire.NOTHING;
    private byte[] created = Wire.NOTHING;

    ChunkRepair(Inbound inbound, AnswerState state, boolean chat) {
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
        id = pin(chunk.id(), id, json, edits);
        created = pin(chunk.created(), created, json, edits);
        for (Chunk.Choice choice : chunk.choices()) {
            if (chat && begun.add(choice.index()) && !choice.role()) {
                role(choice, edits);
            }
            choice(choice, edits, true);
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
            choice(choice, edits, false);
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
        pin(chunk.id(), id, json, edits);
        pin(chunk.created(), created, json, edits);
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
        chunk.model().ifPresent(place -> {
            if (!same(json, place, model)) {
                edits.replace(place, model);
            }
        });
        chunk.emptyError().ifPresent(place -> edits.cut(place.member()));
        return edits;
    }

    private static byte[] pin(Optional<Span> place, byte[] first, byte[] json, Edits edits) {
        if (place.isEmpty()) {
            return first;
        }
        if (first.length == 0) {
            return Arrays.copyOfRange(json, place.get().from(), place.get().to());
        }
        if (!same(json, place.get(), first)) {
            edits.replace(place.get(), first);
        }
        return first;
    }

    private static boolean same(byte[] json, Span place, byte[] value) {
        return Arrays.equals(json, place.from(), place.to(), value, 0, value.length);
    }

    private void choice(Chunk.Choice choice, Edits edits, boolean streamed) {
        for (Chunk.Call call : choice.calls()) {
            call(choice.index(), call, edits, streamed);
        }
        if (choice.finish().isEmpty()) {
            return;
        }
        String finish = state.finish(choice.index(), choice.finish());
        if (!finish.equals(choice.finish())) {
            choice.finishValue().ifPresent(place -> edits.replace(place, Json.quoted(finish)));
        }
    }

    private void call(int choice, Chunk.Call call, Edits edits, boolean streamed) {
        ToolIndexes indexes = state.tools(choice);
        int before = indexes.count();
        int index = indexes.of(call);
        if (streamed) {
            index(call, index, edits);
            if (index < before) {
                // Clients put the parts together as text: a name that came again would stand there twice.
                call.repeats().forEach(edits::cut);
            }
        }
        if (call.argumentsObject().isPresent()) {
            edits.replace(call.argumentsObject().get(), Json.quoted(call.arguments()));
        } else if (!call.argumentsGiven() && index == before) {
            call.function().ifPresent(body -> edits.insert(body.end(), body.last("\"arguments\":\"\"")));
        }
    }

    private static void index(Chunk.Call call, int index, Edits edits) {
        if (call.index().isPresent() && call.index().getAsInt() == index) {
            return;
        }
        if (call.indexValue().isPresent()) {
            edits.replace(call.indexValue().get(), Integer.toString(index));
        } else {
            Chunk.Body body = call.body();
            edits.insert(body.start(), body.first("\"index\":" + index));
        }
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
        return "{\"id\":" + (id.length == 0 ? "\"chatcmpl-0\"" : Wire.text(id, 0, id.length)) + ",\"object\":\""
                + (chat ? "chat.completion.chunk" : "text_completion")
                + "\",\"created\":" + (created.length == 0 ? "0" : Wire.text(created, 0, created.length))
                + ",\"model\":"
                + Wire.text(model, 0, model.length)
                + ",\"choices\":";
    }
}
