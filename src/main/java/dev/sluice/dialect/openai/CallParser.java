package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one part of a tool call. For one use. */
final class CallParser {
    private final byte[] json;
    private final int base;
    private final JsonParser parser;

    private OptionalInt index = OptionalInt.empty();
    private Optional<Span> indexValue = Optional.empty();
    private String id = "";
    private String name = "";
    private Optional<Chunk.Body> function = Optional.empty();
    private boolean typed;
    private final List<Chunk.Member> members = new ArrayList<>(4);
    private final List<Chunk.Member> ofFunction = new ArrayList<>(2);
    private boolean argumentsGiven;
    private String arguments = "";
    private Optional<Span> argumentsObject = Optional.empty();

    CallParser(byte[] json, int base, JsonParser parser) {
        this.json = json;
        this.base = base;
        this.parser = parser;
    }

    /** Reads the object on which the parser stands, up to its end. */
    Chunk.Call call() {
        int start = behind();
        boolean empty = true;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            empty = false;
            int keyStart = from();
            String member = parser.currentName();
            JsonToken token = parser.nextToken();
            int valueStart = from();
            boolean nothing = text(token).isEmpty();
            Chunk.Label label = Chunk.Label.OTHER;
            switch (member) {
                case "index" -> index(token);
                case "id" -> {
                    label = Chunk.Label.ID;
                    id = text(token);
                }
                case "type" -> {
                    label = Chunk.Label.TYPE;
                    typed = token == JsonToken.VALUE_NULL || !nothing;
                }
                case "function" -> function(token);
                default -> {}
            }
            members.add(new Chunk.Member(label, keyStart, value(valueStart), token == JsonToken.VALUE_NULL, nothing));
        }
        Chunk.Body body = new Chunk.Body(start, from(), empty);
        return new Chunk.Call(
                index,
                indexValue,
                body,
                members,
                id,
                typed,
                name,
                function,
                ofFunction,
                argumentsGiven,
                arguments,
                argumentsObject);
    }

    private void index(JsonToken token) {
        int start = from();
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT) {
            index = OptionalInt.of(parser.getIntValue());
        }
        indexValue = Optional.of(new Span(start, base + Json.endOfValue(parser)));
    }

    private void function(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            return;
        }
        int start = behind();
        boolean empty = true;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            empty = false;
            int keyStart = from();
            String member = parser.currentName();
            JsonToken value = parser.nextToken();
            int valueStart = from();
            boolean nothing = text(value).isEmpty();
            Chunk.Label label = Chunk.Label.OTHER;
            switch (member) {
                case "name" -> {
                    label = Chunk.Label.NAME;
                    name = text(value);
                }
                case "arguments" -> arguments(value);
                default -> {}
            }
            ofFunction.add(
                    new Chunk.Member(label, keyStart, value(valueStart), value == JsonToken.VALUE_NULL, nothing));
        }
        function = Optional.of(new Chunk.Body(start, from(), empty));
    }

    /** Goes to the end of the member's value. */
    private Span value(int start) {
        return new Span(start, base + Json.endOfValue(parser));
    }

    private void arguments(JsonToken token) {
        argumentsGiven = true;
        if (token == JsonToken.VALUE_STRING) {
            arguments = parser.getString();
            return;
        }
        int start = from();
        Span value = new Span(start, base + Json.endOfValue(parser));
        argumentsObject = Optional.of(value);
        arguments = token == JsonToken.VALUE_NULL
                ? ""
                : new String(json, value.from(), value.to() - value.from(), StandardCharsets.UTF_8);
    }

    private String text(JsonToken token) {
        return token == JsonToken.VALUE_STRING ? parser.getString() : "";
    }

    private int from() {
        return base + (int) parser.currentTokenLocation().getByteOffset();
    }

    private int behind() {
        return base + (int) parser.currentLocation().getByteOffset();
    }
}
