package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.ollama.request.GoDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The model at a server that a request to look at it or to change it is about. A new name that the request gives is not
 * meant: it is no name of ours, and must not fall on the model that one of ours leads to.
 *
 * @param places where the name stands in the body, quotes included
 */
public record ManagedModel(String name, List<Span> places) {
    public ManagedModel {
        places = List.copyOf(places);
    }

    /**
     * Empty where the request names none, or cannot be read: the server says best what is wrong with it.
     *
     * @param path the route, such as {@code /api/copy}
     */
    public static Optional<ManagedModel> read(String path, byte[] body) {
        return switch (path) {
            case "/api/show", "/api/pull", "/api/push", "/api/delete" ->
                named(body, "model").or(() -> named(body, "name"));
            case "/api/copy" -> named(body, "source");
            case "/api/create" -> named(body, "from");
            default -> Optional.empty();
        };
    }

    private static Optional<ManagedModel> named(byte[] body, String field) {
        try (JsonParser parser = Json.parser(body)) {
            String name = "";
            List<Span> places = new ArrayList<>();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean meant = GoDecoder.fieldName(parser).equals(field);
                if (parser.nextToken() == JsonToken.VALUE_STRING && meant) {
                    name = parser.getString(); // Of several the last one counts.
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    places.add(new Span(from, Json.endOfValue(parser)));
                }
                parser.skipChildren();
            }
            return name.isEmpty() ? Optional.empty() : Optional.of(new ManagedModel(name, places));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /** The same request, which was read from {@code body}, with this name; byte for byte where it has it already. */
    public byte[] renamed(byte[] body, String own) {
        if (own.equals(name)) {
            return body;
        }
        Edits edits = new Edits();
        places.forEach(place -> edits.replace(place, Json.quoted(own)));
        return edits.over(body).join();
    }
}
