package dev.sluice.dialect.openai;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.Others;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.RawJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a chunk, or a whole answer, says that nothing here knows. Read in a pass of its own, because only answers that are
 * put together from several need it: all others pass as bytes.
 *
 * @param ofAnswer the members of the chunk itself
 * @param count the value of {@code usage}, where it is an object
 * @param choices in the order in which they stand
 */
record ExtraMembers(SequencedMap<String, RawJson> ofAnswer, Optional<RawJson> count, List<OfChoice> choices) {
    private static final Set<String> ANSWER =
            Set.of("id", "object", "created", "model", "choices", "usage", "error", "data");
    private static final Set<String> CHOICE =
            Set.of("index", "delta", "message", "text", "finish_reason", "logprobs", "error");
    private static final Set<String> TURN =
            Set.of("role", "content", "reasoning", "reasoning_content", "refusal", "tool_calls");
    private static final Set<String> CALL = Set.of("index", "id", "type", "function");

    /** @param ofCalls in the order in which they stand */
    record OfChoice(
            SequencedMap<String, RawJson> ofChoice,
            SequencedMap<String, RawJson> ofTurn,
            List<SequencedMap<String, RawJson>> ofCalls) {}

    /** @param json a chunk that has been parsed before */
    static ExtraMembers read(byte[] json) {
        try (JsonParser parser = Json.parser(json)) {
            return new Walk(parser, json).answer();
        }
    }

    /** All members of an object. */
    static SequencedMap<String, RawJson> membersOf(RawJson object) {
        return Others.besides(Wire.bytes(object.text()), Set.of());
    }

    private record Walk(JsonParser parser, byte[] json) {
        ExtraMembers answer() {
            SequencedMap<String, RawJson> ofAnswer = new LinkedHashMap<>();
            Optional<RawJson> count = Optional.empty();
            List<OfChoice> choices = new ArrayList<>(1);
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (Others.take(parser, json, ANSWER, ofAnswer)) {
                    continue;
                }
                if (name.equals("usage") && parser.currentToken() == JsonToken.START_OBJECT) {
                    count = Optional.of(Json.raw(parser, json));
                } else if (name.equals("choices") && parser.currentToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        choices.add(choice());
                    }
                }
                parser.skipChildren();
            }
            return new ExtraMembers(ofAnswer, count, choices);
        }

        private OfChoice choice() {
            OfChoice choice = new OfChoice(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>(0));
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (Others.take(parser, json, CHOICE, choice.ofChoice)) {
                    continue;
                }
                boolean object = parser.currentToken() == JsonToken.START_OBJECT;
                if (object && (name.equals("delta") || name.equals("message"))) {
                    turn(choice);
                } else if (object && name.equals("logprobs")) {
                    logprobs(choice);
                }
                parser.skipChildren();
            }
            return choice;
        }

        /** A chat's are read as the list under {@code content}; a completion's have another form. */
        private void logprobs(OfChoice choice) {
            RawJson logprobs = Json.raw(parser, json);
            RawJson content = membersOf(logprobs).getOrDefault("content", RawJson.EMPTY_OBJECT);
            if (!content.text().startsWith("[")) {
                choice.ofChoice.put("logprobs", logprobs);
            }
        }

        private void turn(OfChoice choice) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (Others.take(parser, json, TURN, choice.ofTurn)) {
                    continue;
                }
                if (name.equals("tool_calls") && parser.currentToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        choice.ofCalls.add(call());
                    }
                }
                parser.skipChildren();
            }
        }

        private SequencedMap<String, RawJson> call() {
            SequencedMap<String, RawJson> others = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                if (!Others.take(parser, json, CALL, others)) {
                    parser.skipChildren();
                }
            }
            return others;
        }
    }
}
