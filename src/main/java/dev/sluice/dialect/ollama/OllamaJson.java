package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.LineBreakEscapes;
import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** JSON written as Go writes it: markup signs escaped, and all line breaks that some client's line reader knows. */
final class OllamaJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .characterEscapes(new LineBreakEscapes("<>&"))
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();

    private static final byte LINE_SEPARATOR_END = (byte) 0xA8;
    private static final byte[] LINE_SEPARATOR = "\\u2028".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARAGRAPH_SEPARATOR = "\\u2029".getBytes(StandardCharsets.US_ASCII);

    private OllamaJson() {}

    static JsonGenerator generator(ByteArrayOutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** The one form in which Ollama reports an error, without line end. */
    static byte[] error(String words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(words.length() + 16);
        try (JsonGenerator json = generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("error", Json.wellFormed(words));
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** One object as one line of a stream. */
    static byte[] line(byte[] json) {
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    /**
     * The same with every raw U+2028 and U+2029 escaped: some clients take them for line ends. Ollama escapes them itself,
     * servers that only speak like it may not; a raw U+0085 is Ollama's own and stays.
     */
    static byte[] withoutSeparators(byte[] json) {
        int at = separator(json, 0);
        if (at < 0) {
            return json;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 16);
        int from = 0;
        while (at >= 0) {
            out.write(json, from, at - from);
            out.writeBytes(json[at + 2] == LINE_SEPARATOR_END ? LINE_SEPARATOR : PARAGRAPH_SEPARATOR);
            from = at + 3;
            at = separator(json, from);
        }
        out.write(json, from, json.length - from);
        return out.toByteArray();
    }

    private static int separator(byte[] json, int from) {
        for (int at = from; at + 2 < json.length; at++) {
            if (json[at] == (byte) 0xE2
                    && json[at + 1] == (byte) 0x80
                    && (json[at + 2] == LINE_SEPARATOR_END || json[at + 2] == (byte) 0xA9)) {
                return at;
            }
        }
        return -1;
    }

    /** The value on one line and with our escapes, key order and numbers kept; nothing where it is no object. */
    static Optional<RawJson> compactObject(String text) {
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 16);
        try (JsonParser parser = Json.parser(json);
                JsonGenerator compact = generator(out)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            copy(parser, compact);
            if (parser.nextToken() != null) {
                return Optional.empty();
            }
        } catch (JacksonException _) {
            return Optional.empty();
        }
        return Optional.of(new RawJson(out.toString(StandardCharsets.UTF_8)));
    }

    /** Copies the value on which the parser stands, token by token. */
    static void copy(JsonParser parser, JsonGenerator out) {
        int depth = 0;
        do {
            switch (parser.currentToken()) {
                case START_OBJECT -> {
                    out.writeStartObject();
                    depth++;
                }
                case START_ARRAY -> {
                    out.writeStartArray();
                    depth++;
                }
                case END_OBJECT -> {
                    out.writeEndObject();
                    depth--;
                }
                case END_ARRAY -> {
                    out.writeEndArray();
                    depth--;
                }
                case PROPERTY_NAME -> out.writeName(Json.wellFormed(parser.currentName()));
                case VALUE_STRING -> out.writeString(Json.wellFormed(parser.getString()));
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(parser.getString());
                case VALUE_TRUE -> out.writeBoolean(true);
                case VALUE_FALSE -> out.writeBoolean(false);
                default -> out.writeNull();
            }
        } while (depth > 0 && parser.nextToken() != null);
    }
}
