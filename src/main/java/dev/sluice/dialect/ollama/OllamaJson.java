package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** JSON written as Go writes it: markup signs escaped, and all line breaks that some client's line reader knows. */
final class OllamaJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .characterEscapes(new GoEscapes())
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();
    private static final char REPLACEMENT = '\uFFFD';

    private OllamaJson() {}

    static JsonGenerator generator(ByteArrayOutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** The one form in which Ollama reports an error, without line end. */
    static byte[] error(String words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(words.length() + 16);
        try (JsonGenerator json = generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("error", wellFormed(words));
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** The text with every half of a surrogate pair that stands alone replaced: it cannot be written as UTF-8. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return repaired(text);
            }
        }
        return text;
    }

    private static String repaired(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            out.appendCodePoint(half ? REPLACEMENT : point);
        });
        return out.toString();
    }

    /** The value on one line and with our escapes, key order and numbers kept; empty where it is no object. */
    static RawJson compactObject(String text) {
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 16);
        try (JsonParser parser = Json.parser(json);
                JsonGenerator compact = generator(out)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return RawJson.EMPTY_OBJECT;
            }
            copy(parser, compact);
            if (parser.nextToken() != null) {
                return RawJson.EMPTY_OBJECT;
            }
        } catch (JacksonException _) {
            return RawJson.EMPTY_OBJECT;
        }
        return new RawJson(out.toString(StandardCharsets.UTF_8));
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
                case PROPERTY_NAME -> out.writeName(wellFormed(parser.currentName()));
                case VALUE_STRING -> out.writeString(wellFormed(parser.getString()));
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(parser.getString());
                case VALUE_TRUE -> out.writeBoolean(true);
                case VALUE_FALSE -> out.writeBoolean(false);
                default -> out.writeNull();
            }
        } while (depth > 0 && parser.nextToken() != null);
    }

    private static final class GoEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final SerializableString NEXT_LINE = new SerializedString("\\u0085");
        private static final SerializableString LINE_SEPARATOR = new SerializedString("\\u2028");
        private static final SerializableString PARAGRAPH_SEPARATOR = new SerializedString("\\u2029");
        private static final int[] ASCII = ascii();

        private static int[] ascii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes['<'] = ESCAPE_STANDARD;
            codes['>'] = ESCAPE_STANDARD;
            codes['&'] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ASCII;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return switch (character) {
                case 0x85 -> NEXT_LINE;
                case 0x2028 -> LINE_SEPARATOR;
                case 0x2029 -> PARAGRAPH_SEPARATOR;
                default -> null;
            };
        }
    }
}
