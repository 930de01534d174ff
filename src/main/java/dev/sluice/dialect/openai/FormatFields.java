package dev.sluice.dialect.openai;

import dev.sluice.dialect.Json;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.RawJson;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads {@code response_format}. */
final class FormatFields {
    private FormatFields() {}

    /** The parser stands on the value, and afterwards on its end. */
    static AnswerFormat read(JsonParser parser, byte[] body) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return new AnswerFormat.Free();
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
            case "json_object" -> new AnswerFormat.AnyJson();
            case "json_schema" -> schema;
            default -> new AnswerFormat.Free();
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
