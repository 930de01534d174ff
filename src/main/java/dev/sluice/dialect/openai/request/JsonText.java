package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Questions about texts that ought to be JSON. */
final class JsonText {
    private JsonText() {}

    static boolean isObject(String text) {
        byte[] bytes = Wire.bytes(text);
        try (JsonParser parser = Json.parser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException _) {
            return false;
        }
    }
}
