package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Json;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Looks through the long part of a request without keeping anything of it. */
public final class SubjectScan {
    private static final int MOST_INPUTS = 2_048;

    private SubjectScan() {}

    /**
     * What is to be looked at in a call's turns.
     *
     * @param pictures how many there are
     * @param surcharge the first kind of part whose cost its bytes do not tell; empty where none
     */
    record Sights(int pictures, Optional<String> surcharge) {
        private static final Sights NONE = new Sights(0, Optional.empty());

        private Sights and(Sights more) {
            return new Sights(pictures + more.pictures, surcharge.or(more::surcharge));
        }
    }

    /** Checks the value of {@code messages}; the parser then stands on its end. */
    static Sights messages(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw Wrong.type("messages", "an array of objects", parser.currentToken());
        }
        Sights sights = Sights.NONE;
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw Wrong.type("messages[" + count + "]", "an object", parser.currentToken());
            }
            sights = sights.and(sights(parser));
            count++;
        }
        if (count == 0) {
            throw Wrong.value("messages", "it is empty; give at least one message");
        }
        return sights;
    }

    private static Sights sights(JsonParser parser) {
        int pictures = 0;
        Optional<String> surcharge = Optional.empty();
        int depth = 1;
        String name = "";
        while (depth > 0) {
            JsonToken next = parser.nextToken();
            if (next == JsonToken.PROPERTY_NAME) {
                name = parser.currentName();
                pictures += name.equals("image_url") ? 1 : 0;
                continue;
            }
            if (next == JsonToken.START_OBJECT && surcharge.isEmpty() && Surcharges.isPart(name)) {
                surcharge = Optional.of(name);
            }
            depth += next.isStructStart() ? 1 : next.isStructEnd() ? -1 : 0;
            name = "";
        }
        return pictures == 0 && surcharge.isEmpty() ? Sights.NONE : new Sights(pictures, surcharge);
    }

    /** How many prompts there are in an array of texts, of token numbers or of arrays of such; the parser stands on its end. */
    static int prompts(JsonParser parser) {
        int prompts = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean token = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
            prompts = token ? 1 : prompts + 1;
            parser.skipChildren();
        }
        return Math.max(1, prompts);
    }

    /** How many inputs there are in the body of a call for vectors, which has been read before; token numbers are one. */
    public static int inputs(byte[] body) {
        int inputs = 1;
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean here = parser.currentName().equals("input");
                boolean list = parser.nextToken() == JsonToken.START_ARRAY;
                if (here) {
                    inputs = list ? prompts(parser) : 1;
                }
                parser.skipChildren();
            }
        }
        return inputs;
    }

    /** Checks the value of {@code input}; the parser then stands on its end. */
    static void inputs(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return;
        }
        if (token != JsonToken.START_ARRAY) {
            throw Wrong.type("input", "a string or an array", token);
        }
        int count = 0;
        boolean tokens = false;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonToken item = parser.currentToken();
            tokens = item == JsonToken.VALUE_NUMBER_INT;
            if (!tokens && item != JsonToken.VALUE_STRING && item != JsonToken.START_ARRAY) {
                throw Wrong.type("input[" + count + "]", "a string or an array of token numbers", item);
            }
            count++;
            parser.skipChildren();
        }
        if (count == 0) {
            throw Wrong.value("input", "it is empty; give at least one text");
        }
        if (count > MOST_INPUTS && !tokens) {
            throw Wrong.value("input", "at most " + MOST_INPUTS + " items are allowed in one call");
        }
    }
}
