package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Json;
import dev.sluice.model.Message;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * An answer that the client has begun itself: a last turn of the assistant's without calls. A model that refuses to go on
 * with such a turn is asked for the rest by a turn of the user's. Pure.
 */
final class Prefill {
    static final String ASSISTANT = "assistant";

    /** What takes the place of going on without a word. */
    static final Message GO_ON = Message.of(
            "user",
            "Go on with your last message exactly where it ends. Write only what is still missing; repeat nothing of it.");

    private Prefill() {}

    static boolean isBegun(List<Message> messages) {
        return !messages.isEmpty()
                && messages.getLast().role().equals(ASSISTANT)
                && messages.getLast().toolCalls().isEmpty();
    }

    /** Where a turn can be put in behind such a last one; empty where there is none. */
    static OptionalInt end(byte[] body) {
        OptionalInt end = OptionalInt.empty();
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean messages = parser.currentName().equals("messages");
                if (parser.nextToken() == JsonToken.START_ARRAY && messages) {
                    end = last(parser);
                }
                parser.skipChildren();
            }
        }
        return end;
    }

    private static OptionalInt last(JsonParser parser) {
        OptionalInt end = OptionalInt.empty();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean begun = isBegunTurn(parser);
            end = begun ? OptionalInt.of((int) parser.currentLocation().getByteOffset()) : OptionalInt.empty();
        }
        return end;
    }

    private static boolean isBegunTurn(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return false;
        }
        boolean assistant = false;
        boolean calls = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("role")) {
                assistant =
                        value == JsonToken.VALUE_STRING && parser.getString().equals(ASSISTANT);
            }
            calls |= name.equals("tool_calls") && value == JsonToken.START_ARRAY;
            parser.skipChildren();
        }
        return assistant && !calls;
    }

    /** {@link #GO_ON} as it stands in a request. */
    static String turn() {
        return "{\"role\":\"" + GO_ON.role() + "\",\"content\":" + Json.quoted(GO_ON.text()) + "}";
    }
}
