package dev.sluice.dialect;

import dev.sluice.model.RawJson;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Members of JSON objects that nothing here knows, as they were written. */
public final class Others {
    private Others() {}

    /** The members of an object that has been read before, without these. */
    public static SequencedMap<String, RawJson> besides(byte[] object, Set<String> known) {
        SequencedMap<String, RawJson> others = new LinkedHashMap<>();
        try (JsonParser parser = Json.parser(object)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                if (!take(parser, object, known, others)) {
                    parser.skipChildren();
                }
            }
        }
        return others;
    }

    /**
     * Notes the member whose name the parser stands on, unless it is one of these.
     *
     * @param json the array that the parser was made over, from offset 0
     * @return whether it was noted; the parser then stands on the value's end, and else on its beginning
     */
    public static boolean take(
            JsonParser parser, byte[] json, Set<String> known, SequencedMap<String, RawJson> others) {
        String name = parser.currentName();
        parser.nextToken();
        if (known.contains(name)) {
            return false;
        }
        others.put(Json.wellFormed(name), Json.raw(parser, json));
        return true;
    }
}
