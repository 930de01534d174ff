package dev.sluice.http;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** An Ollama server's list of models with further ones behind its own; all else of it stays byte for byte. */
final class JoinedTags {
    private JoinedTags() {}

    /**
     * As it came where it cannot be read.
     *
     * @param entries at least one, without brackets round them
     */
    static byte[] of(byte[] list, String entries) {
        try (JsonParser parser = Json.parser(list)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? joined(list, entries, parser) : list;
        } catch (JacksonException _) {
            return list;
        }
    }

    private static byte[] joined(byte[] list, String entries, JsonParser parser) {
        int start = (int) parser.currentLocation().getByteOffset();
        Optional<Edits> edit = Optional.empty();
        boolean members = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            members = true;
            boolean models = parser.currentName().equals("models");
            parser.nextToken();
            if (models) {
                edit = Optional.of(behind(entries, parser)); // Of several the last one counts.
            }
            parser.skipChildren();
        }
        if (edit.isEmpty()) {
            Edits first = new Edits();
            first.insert(start, "\"models\":[" + entries + "]" + (members ? "," : ""));
            edit = Optional.of(first);
        }
        return edit.get().over(list).join();
    }

    /** What stands there and is no array, such as null, lists nothing. */
    private static Edits behind(String entries, JsonParser parser) {
        Edits edits = new Edits();
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            int from = from(parser);
            edits.replace(new Span(from, Json.endOfValue(parser)), "[" + entries + "]");
            return edits;
        }
        boolean empty = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            empty = false;
            parser.skipChildren();
        }
        edits.insert(from(parser), (empty ? "" : ",") + entries);
        return edits;
    }

    private static int from(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }
}
