package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.model.AnswerFormat;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Makes a request for JSON of a schema fit a provider that only knows "any JSON": the schema is told in the first system
 * turn, or in one of its own. For one use.
 */
final class SchemaSplice {
    private static final String ANY_JSON = "{\"type\":\"json_object\"}";

    private final byte[] body;
    private final Edits edits;
    private final JsonParser parser;
    private Optional<AnswerFormat.Schema> schema = Optional.empty();
    private int messagesStart;
    private Optional<SystemTurn> system = Optional.empty();

    /** The content of a first system turn: a text, or a list of parts. */
    private record SystemTurn(Span content, boolean text, boolean empty) {}

    private SchemaSplice(byte[] body, Edits edits) {
        this.body = body;
        this.edits = edits;
        this.parser = Json.parser(body);
    }

    /** @param formatStays whether {@code response_format} itself is sent */
    static void into(Edits edits, byte[] body, boolean formatStays) {
        new SchemaSplice(body, edits).splice(formatStays);
    }

    private void splice(boolean formatStays) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "response_format" -> format(formatStays);
                case "messages" -> messages();
                default -> parser.skipChildren();
            }
        }
        schema.map(JsonWish::line).ifPresent(this::tell);
    }

    private void format(boolean stays) {
        int from = from();
        schema = FormatFields.read(parser, body)
                .filter(AnswerFormat.Schema.class::isInstance)
                .map(AnswerFormat.Schema.class::cast);
        if (schema.isPresent()) {
            if (stays) {
                edits.replace(new Span(from, Json.endOfValue(parser)), ANY_JSON);
            }
        }
    }

    private void messages() {
        messagesStart = behind();
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            first();
        }
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
            parser.nextToken();
        }
    }

    private void first() {
        Optional<SystemTurn> content = Optional.empty();
        boolean isSystemTurn = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("role")) {
                isSystemTurn =
                        value == JsonToken.VALUE_STRING && parser.getString().equals("system");
            } else if (name.equals("content")) {
                content = content(value);
            }
            parser.skipChildren();
        }
        system = isSystemTurn ? content : Optional.empty();
    }

    private Optional<SystemTurn> content(JsonToken value) {
        int from = from();
        if (value == JsonToken.VALUE_STRING) {
            return Optional.of(new SystemTurn(new Span(from, Json.endOfValue(parser)), true, false));
        }
        if (value != JsonToken.START_ARRAY) {
            return Optional.empty();
        }
        boolean empty = parser.nextToken() == JsonToken.END_ARRAY;
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
            parser.nextToken();
        }
        return Optional.of(new SystemTurn(new Span(from, behind()), false, empty));
    }

    private void tell(String line) {
        if (system.isEmpty()) {
            edits.insert(messagesStart, "{\"role\":\"system\",\"content\":" + Json.quoted(line) + "},");
            return;
        }
        SystemTurn turn = system.get();
        int end = turn.content().to() - 1;
        if (turn.text()) {
            String quoted = Json.quoted("\n\n" + line);
            edits.insert(end, quoted.substring(1, quoted.length() - 1));
        } else {
            edits.insert(end, (turn.empty() ? "" : ",") + "{\"type\":\"text\",\"text\":" + Json.quoted(line) + "}");
        }
    }

    private int from() {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private int behind() {
        return (int) parser.currentLocation().getByteOffset();
    }
}
