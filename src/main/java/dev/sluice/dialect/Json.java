package dev.sluice.dialect;

import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** The JSON parser and generator that all dialects share, with their bounds. Stateless. */
public final class Json {

    /** Deeper nesting is refused. */
    public static final int DEEPEST = 200;

    private static final char REPLACEMENT = '\uFFFD';

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(1_000)
                    .maxNameLength(50_000)
                    .maxStringLength(100_000_000)
                    .build())
            .characterEscapes(new LineBreakEscapes(""))
            .build();

    /** Takes every text for UTF-8, which one in UTF-16 or UTF-32 is not. */
    private static final JsonFactory UTF8_ONLY = FACTORY.rebuild()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    private static final JsonMapper TREES = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectReader EXACT = TREES.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Json() {}

    /**
     * The one JSON value that the text is, as a tree; missing where the text is blank.
     *
     * @throws tools.jackson.core.JacksonException where it is something else
     */
    static JsonNode tree(String json) {
        return TREES.readTree(json);
    }

    /** The same with every number as it was written: for money. */
    static JsonNode exactTree(String json) {
        return EXACT.readTree(json);
    }

    /** A parser over the whole array. Its location's byte offsets count from the array's start. */
    public static JsonParser parser(byte[] json) {
        return parser(json, 0, json.length);
    }

    /** A parser over a part of an array, which must be UTF-8. Its location's byte offsets count from {@code from}. */
    public static JsonParser parser(byte[] json, int from, int length) {
        JsonFactory factory = looksWide(json, from, length) ? UTF8_ONLY : FACTORY;
        return factory.createParser(ObjectReadContext.empty(), json, from, length);
    }

    /**
     * Whether the parser would take it for UTF-16 or UTF-32, and then know no byte offsets: by its first four bytes, of which
     * a JSON text in UTF-8 has none that is zero, and none that a byte order mark of those begins with.
     */
    private static boolean looksWide(byte[] json, int from, int length) {
        for (int at = from; at < from + Math.min(length, Integer.BYTES); at++) {
            if (json[at] == 0 || json[at] == (byte) 0xFE || json[at] == (byte) 0xFF) {
                return true;
            }
        }
        return false;
    }

    /** A generator of UTF-8 that escapes U+2028, U+2029 and U+0085, which some clients take for line ends. */
    public static JsonGenerator generator(ByteArrayOutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** The text with every half of a surrogate pair that stands alone replaced: it cannot be written as UTF-8. */
    public static String wellFormed(String text) {
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

    /** One JSON value as UTF-8. */
    public static byte[] bytes(Consumer<JsonGenerator> content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        write(out, content);
        return out.toByteArray();
    }

    /** One JSON object as UTF-8. */
    public static byte[] object(Consumer<JsonGenerator> members) {
        return bytes(json -> {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        });
    }

    /** Writes one JSON value behind what {@code out} already holds. */
    public static void write(ByteArrayOutputStream out, Consumer<JsonGenerator> content) {
        try (JsonGenerator json = generator(out)) {
            content.accept(json);
        }
    }

    /** The text as a JSON string, quotes included. */
    public static String quoted(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
        write(out, json -> json.writeString(wellFormed(text)));
        return out.toString(StandardCharsets.UTF_8);
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
}
