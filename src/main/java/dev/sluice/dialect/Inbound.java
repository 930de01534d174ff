package dev.sluice.dialect;

import dev.sluice.model.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A client's call, read only as far as routing and booking need; its bytes stay beside it, unchanged.
 *
 * @param model the name the client asked for, exactly as written
 * @param stream whether the client wants (or by its dialect's default gets) a stream
 * @param usageAsked whether the client asked for a usage chunk in its stream (always true where the dialect has no choice)
 * @param outputCap the most output tokens the client asked for
 * @param choices how many answers were asked for, at least 1
 * @param needs what the chosen server must be able to do
 * @param bulk how much of it there is, for the upper bound of its cost
 * @param endUser whom the client says it calls for; unchecked, and empty where the dialect has no word for it
 * @param body the request's bytes
 * @param spots where in {@code body} the spliced values stand
 */
public record Inbound(
        Endpoint endpoint,
        String model,
        boolean stream,
        boolean usageAsked,
        OptionalLong outputCap,
        int choices,
        Needs needs,
        Bulk bulk,
        Optional<String> endUser,
        byte[] body,
        Spots spots) {

    /** The same call in other bytes. */
    public Inbound of(byte[] otherBody, Spots otherSpots) {
        return new Inbound(
                endpoint, model, stream, usageAsked, outputCap, choices, needs, bulk, endUser, otherBody, otherSpots);
    }

    /**
     * What a call's bytes alone do not tell of its size.
     *
     * @param answers how many answers are made, each of them up to the output cap: prompts times answers to each
     * @param pictures how many pictures are looked at, each of which counts as many tokens
     * @param surcharge the field by which it costs more than its tokens at the price list's rates; empty where none
     */
    public record Bulk(int answers, int pictures, Optional<String> surcharge) {
        /** Fields of OpenRouter's by which a model may answer that {@code model} does not name. */
        public static final Set<String> CHOOSING = Set.of("models", "preset");

        /** The field by which another model than the one asked for may answer; empty where none. */
        public Optional<String> choosing() {
            return surcharge.filter(CHOOSING::contains);
        }

        public static final Bulk ONE = new Bulk(1, 0, Optional.empty());
    }

    /** Abilities that not every server has. */
    public record Needs(boolean tools, boolean images, boolean thinking, boolean schema) {
        public static final Needs NONE = new Needs(false, false, false, false);

        /** The names of what is needed. */
        public List<String> names() {
            List<String> names = new ArrayList<>(4);
            if (tools) {
                names.add("tools");
            }
            if (images) {
                names.add("images");
            }
            if (thinking) {
                names.add("thinking");
            }
            if (schema) {
                names.add("schema");
            }
            return names;
        }

        /** The one thing needed, where it is just one, so that a refusal can be laid to it. */
        public Optional<String> only() {
            List<String> names = names();
            return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
        }
    }

    /**
     * Byte ranges in the body that the gateway may replace.
     *
     * @param model the value of {@code model}, quotes included
     * @param streamOptions the value of {@code stream_options}
     * @param outputCap the value of the output limit
     * @param objectStart the offset just behind the opening brace, where new members can be put in
     * @param members the names of the object's members; empty where they were not noted
     */
    public record Spots(
            Optional<Span> model,
            Optional<Span> streamOptions,
            Optional<Span> outputCap,
            int objectStart,
            Optional<List<String>> members) {
        public static final Spots NONE =
                new Spots(Optional.empty(), Optional.empty(), Optional.empty(), 0, Optional.empty());
    }

    /** From (inclusive) to (exclusive), in bytes. */
    public record Span(int from, int to) {}
}
