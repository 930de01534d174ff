package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.model.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/** Reads one choice of a chunk or of a whole answer. For one use. */
final class ChoiceParser {
    private final byte[] json;
    private final int base;
    private final JsonParser parser;

    private int index;
    private String text = "";
    private Optional<Span> textPlace = Optional.empty();
    private String thought = "";
    private Optional<Span> thoughtPlace = Optional.empty();
    private String refusal = "";
    private final List<Chunk.Call> calls = new ArrayList<>(0);
    private String finish = "";
    private Optional<Span> finishValue = Optional.empty();
    private String matchedStop = "";
    private Optional<RawJson> logprobs = Optional.empty();
    private Optional<Chunk.Body> body = Optional.empty();
    private Optional<Span> emptyBody = Optional.empty();
    private boolean role;
    private Optional<Span> emptyRole = Optional.empty();
    private boolean refusalNamed;
    private Optional<ErrorObject> error = Optional.empty();

    ChoiceParser(byte[] json, int base, JsonParser parser) {
        this.json = json;
        this.base = base;
        this.parser = parser;
    }

    /** Reads the object on which the parser stands, up to its end. */
    Chunk.Choice choice() {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            member(name, parser.nextToken());
            parser.skipChildren();
        }
        return new Chunk.Choice(
                index,
                text,
                thought,
                refusal,
                calls,
                finish,
                finishValue,
                matchedStop,
                logprobs,
                body,
                emptyBody,
                from(),
                role,
                emptyRole,
                refusalNamed,
                said(),
                error);
    }

    private Optional<Span> said() {
        if (text.isEmpty() == thought.isEmpty()) {
            return Optional.empty();
        }
        return text.isEmpty() ? thoughtPlace : textPlace;
    }

    private void member(String name, JsonToken token) {
        switch (name) {
            case "index" -> index = Math.clamp(number(token), 0, 1_000);
            case "delta", "message" -> body(token);
            case "text" -> {
                text = string(token);
                textPlace = place(token);
            }
            case "finish_reason" -> {
                int start = from();
                finish = string(token);
                finishValue = Optional.of(new Span(start, base + Json.endOfValue(parser)));
            }
            case "stop_reason" -> matchedStop = token == JsonToken.VALUE_STRING ? parser.getString() : "";
            case "logprobs" -> logprobs(token);
            case "error" -> error = ErrorObject.read(parser);
            default -> {}
        }
    }

    private void logprobs(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            return;
        }
        TokenLogprobs ofText = new TokenLogprobs();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            boolean list = parser.nextToken() == JsonToken.START_ARRAY;
            if (list && name.equals("content")) {
                logprobs = Optional.of(raw());
            } else if (list) {
                ofText.take(name, parser);
            }
            parser.skipChildren();
        }
        logprobs = logprobs.or(ofText::asOfChat);
    }

    private void body(JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            emptyBody = Optional.of(new Span(from(), base + Json.endOfValue(parser)));
            return;
        }
        requireObject(token);
        int start = behind();
        boolean empty = true;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            empty = false;
            String name = parser.currentName();
            bodyMember(name, parser.nextToken());
            parser.skipChildren();
        }
        body = Optional.of(new Chunk.Body(start, from(), empty));
    }

    private void bodyMember(String name, JsonToken token) {
        switch (name) {
            case "role" -> {
                role = token == JsonToken.VALUE_STRING;
                emptyRole = token == JsonToken.VALUE_NULL
                        ? Optional.of(new Span(from(), base + Json.endOfValue(parser)))
                        : Optional.empty();
            }
            case "content" -> {
                text = content(token);
                textPlace = place(token);
            }
            case "reasoning", "reasoning_content" -> {
                if (thought.isEmpty()) {
                    thought = lenient(token);
                    thoughtPlace = place(token);
                }
            }
            case "refusal" -> {
                refusalNamed = true;
                refusal = string(token);
            }
            case "tool_calls" -> calls(token);
            default -> {}
        }
    }

    /** Mistral answers with a list of parts where it thinks. */
    private String content(JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            return string(token);
        }
        StringBuilder all = new StringBuilder();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            requireObject(parser.currentToken());
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isText = parser.currentName().equals("text");
                if (parser.nextToken() == JsonToken.VALUE_STRING && isText) {
                    all.append(parser.getString());
                }
                parser.skipChildren();
            }
        }
        return all.toString();
    }

    private void calls(JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_ARRAY) {
            throw new StreamReadException(parser, "tool_calls must be an array");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            requireObject(parser.currentToken());
            calls.add(new CallParser(json, base, parser).call());
        }
    }

    private void requireObject(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            throw new StreamReadException(parser, "expected an object");
        }
    }

    private int number(JsonToken token) {
        return token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT
                ? parser.getIntValue()
                : 0;
    }

    private String string(JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        if (token == JsonToken.VALUE_NULL) {
            return "";
        }
        throw new StreamReadException(parser, "expected a string");
    }

    private String lenient(JsonToken token) {
        return token == JsonToken.VALUE_STRING ? parser.getString() : "";
    }

    /** Of a string that has just been read. */
    private Optional<Span> place(JsonToken token) {
        return token == JsonToken.VALUE_STRING
                ? Optional.of(new Span(from(), base + Json.endOfValue(parser)))
                : Optional.empty();
    }

    private RawJson raw() {
        int start = from();
        int end = base + Json.endOfValue(parser);
        return new RawJson(new String(json, start, end - start, StandardCharsets.UTF_8));
    }

    private int from() {
        return base + (int) parser.currentTokenLocation().getByteOffset();
    }

    private int behind() {
        return base + (int) parser.currentLocation().getByteOffset();
    }
}
