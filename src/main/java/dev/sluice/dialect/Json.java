package dev.sluice.dialect;

import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;

/** The JSON parser and generator that all dialects share, with their bounds. Stateless. */
public final class Json {

    /** Deeper nesting is refused. */
    public static final int DEEPEST = 200;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(1_000)
                    .maxNameLength(50_000)
                    .maxStringLength(100_000_000)
                    .build())
            .characterEscapes(new LineBreakEscapes())
            .build();

    private Json() {}

    /** A parser over the whole array. Its location's byte offsets count from the array's start. */
    public static JsonParser parser(byte[] json) {
        return FACTORY.createParser(ObjectReadContext.empty(), json);
    }

    /** A parser over a part of an array. Its location's byte offsets count from {@code from}. */
    public static JsonParser parser(byte[] json, int from, int length) {
        return FACTORY.createParser(ObjectReadContext.empty(), json, from, length);
    }

    /** A generator of UTF-8 that escapes U+2028, U+2029 and U+0085, which some clients take for line ends. */
    public static JsonGenerator generator(ByteArrayOutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /**
     * The value on which the parser stands, exactly as written; the parser then stands on its last token.
     *
     * @param json the array that {@code parser} was made over, from offset 0
     */
    public static RawJson raw(JsonParser parser, byte[] json) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        int to = endOfValue(parser);
        return new RawJson(new String(json, from, to - from, StandardCharsets.UTF_8));
    }

    /** The byte offset behind the value on which the parser stands; the parser then stands on its last token. */
    public static int endOfValue(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        return (int) parser.currentLocation().getByteOffset();
    }

    private static final class LineBreakEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final SerializableString NEXT_LINE = new SerializedString("\\u0085");
        private static final SerializableString LINE_SEPARATOR = new SerializedString("\\u2028");
        private static final SerializableString PARAGRAPH_SEPARATOR = new SerializedString("\\u2029");

        @Override
        public int[] getEscapeCodesForAscii() {
            return standardAsciiEscapesForJSON();
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
