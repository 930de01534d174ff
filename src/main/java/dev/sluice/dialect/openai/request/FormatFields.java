package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Json;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.RawJson;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads {@code response_format}. */
final class FormatFields {
    private FormatFields() {}

    /**
     * Whether JSON of a schema is asked for, which must then be there. The parser stands on the value, and afterwards on its
     * end.
     */
    static boolean asksForSchema(JsonParser parser) {
        boolean asked = false;
        boolean there = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("type")) {
                asked = token == JsonToken.VALUE_STRING && parser.getString().equals("json_schema");
            } else if (name.equals("json_schema") && token == JsonToken.START_OBJECT) {
                there = holdsSchema(parser);
            }
            parser.skipChildren();
        }
        if (asked && !there) {
            throw Wrong.value(
                    "response_format",
                    "the type 'json_schema' needs the schema itself, an object, in 'json_schema.schema';"
                            + " give it, or send the type 'json_object'");
        }
        return asked;
    }

    private static boolean holdsSchema(JsonParser parser) {
        boolean there = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean schema = parser.currentName().equals("schema");
            JsonToken token = parser.nextToken();
            there = schema ? token == JsonToken.START_OBJECT : there;
            parser.skipChildren();
        }
        return there;
    }

    /** The parser stands on the value, and afterwards on its end. Empty where nobody here knows its type. */
    static Optional<AnswerFormat> read(JsonParser parser, byte[] body) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return Optional.of(new AnswerFormat.Free());
        }
        String type = "text";
        AnswerFormat.Schema schema = new AnswerFormat.Schema("", RawJson.EMPTY_OBJECT, false);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("type")) {
                type = Values.text(parser, "response_format.type");
            } else if (name.equals("json_schema") && token == JsonToken.START_OBJECT) {
                schema = schema(parser, body);
            }
            parser.skipChildren();
        }
        return switch (type) {
            case "json_object" -> Optional.of(new AnswerFormat.AnyJson());
            case "json_schema" -> Optional.of(schema);
            case "", "text" -> Optional.of(new AnswerFormat.Free());
            default -> Optional.empty();
        };
    }

    private static AnswerFormat.Schema schema(JsonParser parser, byte[] body) {
        String name = "";
        RawJson schema = RawJson.EMPTY_OBJECT;
        boolean strict = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = parser.currentName();
            parser.nextToken();
            switch (member) {
                case "name" -> name = Values.text(parser, "response_format.json_schema.name");
                case "schema" -> schema = Json.raw(parser, body);
                case "strict" -> strict = Values.truth(parser, "response_format.json_schema.strict");
                default -> {}
            }
            parser.skipChildren();
        }
        return new AnswerFormat.Schema(name, schema, strict);
    }
}
