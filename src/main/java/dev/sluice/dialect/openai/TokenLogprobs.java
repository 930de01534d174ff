package dev.sluice.dialect.openai;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Token log-probabilities in the two forms that they have here: a chat's, which all pieces carry, is one list with an
 * object for each token; a plain completion's is several lists side by side. Used by one thread.
 */
final class TokenLogprobs {
    /** In place of a value that was not given, as none is for the first token of a prompt. */
    private static final String NONE = "";

    private static final Comparator<Map.Entry<String, String>> LIKELIEST_FIRST =
            Comparator.comparingDouble(other -> -Double.parseDouble(other.getValue()));

    private final List<String> tokens = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private final List<SequencedMap<String, String>> tops = new ArrayList<>();

    /** What a chat's list says. */
    static TokenLogprobs ofChat(RawJson list) {
        TokenLogprobs all = new TokenLogprobs();
        try (JsonParser parser = Json.parser(Wire.bytes(list.text()))) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                all.entry(parser);
            }
        }
        return all;
    }

    private void entry(JsonParser parser) {
        String token = "";
        String value = NONE;
        SequencedMap<String, String> top = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken kind = parser.nextToken();
            switch (name) {
                case "token" -> token = string(parser);
                case "logprob" -> value = number(parser);
                case "top_logprobs" -> {
                    if (kind == JsonToken.START_ARRAY) {
                        top = alternatives(parser);
                    }
                }
                default -> {}
            }
            parser.skipChildren();
        }
        tokens.add(token);
        values.add(value);
        tops.add(top);
    }

    private static SequencedMap<String, String> alternatives(JsonParser parser) {
        TokenLogprobs found = new TokenLogprobs();
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            found.entry(parser);
        }
        SequencedMap<String, String> top = new LinkedHashMap<>();
        for (int at = 0; at < found.tokens.size(); at++) {
            top.putIfAbsent(found.tokens.get(at), found.values.get(at));
        }
        return top;
    }

    /** Takes one of a plain completion's lists, on whose beginning the parser stands, and afterwards on its end. */
    void take(String name, JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            switch (name) {
                case "tokens" -> tokens.add(string(parser));
                case "token_logprobs" -> values.add(number(parser));
                case "top_logprobs" -> tops.add(object(parser));
                default -> {}
            }
            parser.skipChildren();
        }
    }

    private static SequencedMap<String, String> object(JsonParser parser) {
        SequencedMap<String, String> top = new LinkedHashMap<>();
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String token = parser.currentName();
                parser.nextToken();
                top.put(token, number(parser));
                parser.skipChildren();
            }
        }
        return top;
    }

    private static String string(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : "";
    }

    private static String number(JsonParser parser) {
        return parser.currentToken().isNumeric() ? parser.getString() : NONE;
    }

    /** As a chat has them; empty where there are none. */
    Optional<RawJson> asOfChat() {
        int known = Math.min(tokens.size(), values.size());
        if (known == 0) {
            return Optional.empty();
        }
        byte[] list = Json.bytes(json -> {
            json.writeStartArray();
            for (int at = 0; at < known; at++) {
                SequencedMap<String, String> top = at < tops.size() ? tops.get(at) : new LinkedHashMap<>();
                entry(json, tokens.get(at), values.get(at), Optional.of(top));
            }
            json.writeEndArray();
        });
        return Optional.of(new RawJson(new String(list, StandardCharsets.UTF_8)));
    }

    private static void entry(
            JsonGenerator json, String token, String value, Optional<SequencedMap<String, String>> top) {
        if (value.equals(NONE)) {
            return;
        }
        String text = Json.wellFormed(token);
        json.writeStartObject();
        json.writeStringProperty("token", text);
        json.writeName("logprob").writeNumber(value);
        json.writeArrayPropertyStart("bytes");
        for (byte b : Wire.bytes(text)) {
            json.writeNumber(b & 0xff);
        }
        json.writeEndArray();
        top.ifPresent(others -> {
            json.writeArrayPropertyStart("top_logprobs");
            others.entrySet().stream()
                    .filter(other -> !other.getValue().equals(NONE))
                    .sorted(LIKELIEST_FIRST)
                    .forEach(other -> entry(json, other.getKey(), other.getValue(), Optional.empty()));
            json.writeEndArray();
        });
        json.writeEndObject();
    }

    /**
     * As a plain completion has them.
     *
     * @param before how many characters of the answer stand before these tokens
     */
    String asOfText(int before) {
        return new String(Json.object(json -> lists(json, before)), StandardCharsets.UTF_8);
    }

    private void lists(JsonGenerator json, int before) {
        json.writeArrayPropertyStart("tokens");
        tokens.forEach(token -> json.writeString(Json.wellFormed(token)));
        json.writeEndArray();
        json.writeArrayPropertyStart("token_logprobs");
        values.forEach(value -> numberOrNull(json, value));
        json.writeEndArray();
        json.writeArrayPropertyStart("top_logprobs");
        for (int at = 0; at < tokens.size(); at++) {
            top(json, at);
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("text_offset");
        int offset = before;
        for (String token : tokens) {
            json.writeNumber(offset);
            offset += characters(token);
        }
        json.writeEndArray();
    }

    /** The token that was drawn is always among them. */
    private void top(JsonGenerator json, int at) {
        SequencedMap<String, String> all = new LinkedHashMap<>(tops.get(at));
        all.putIfAbsent(tokens.get(at), values.get(at));
        json.writeStartObject();
        all.forEach((token, value) -> {
            json.writeName(Json.wellFormed(token));
            numberOrNull(json, value);
        });
        json.writeEndObject();
    }

    private static void numberOrNull(JsonGenerator json, String value) {
        if (value.equals(NONE)) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    /** As clients count them, which is by whole code points. */
    static int characters(String text) {
        return text.codePointCount(0, text.length());
    }
}
