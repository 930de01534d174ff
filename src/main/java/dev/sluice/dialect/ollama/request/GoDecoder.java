package dev.sluice.dialect.ollama.request;

import dev.sluice.dialect.FieldNames;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Checks a request's values as Go's decoder does and words what is wrong as it does. A wrong type is remembered and
 * reading goes on; a value with its own decoder ends it at once. One per request, used by one thread.
 */
public final class GoDecoder {
    private static final String NO_OBJECT = "Value looks like object, but can't find closing '}' symbol";

    private final JsonParser parser;
    private final boolean textArguments;
    private final Map<Span, String> texts = new LinkedHashMap<>(0);
    private final Map<String, Integer> elements = new HashMap<>();
    private Optional<String> mistake = Optional.empty();
    private boolean serverTools;

    /** @param textArguments whether a call's arguments may be the text of an object, which Go's decoder does not take */
    public GoDecoder(JsonParser parser, boolean textArguments) {
        this.parser = parser;
        this.textArguments = textArguments;
    }

    /** Where arguments stand that are the text of an object, and that object. */
    Map<Span, String> textArguments() {
        return texts;
    }

    /** A place in the request: the struct that errors name, the path below it, and whether deeper structs keep that name. */
    public record Place(String owner, String path, boolean fixed) {
        private Place member(GoType.Struct struct, String name) {
            String deeper = path.isEmpty() ? name : path + "." + name;
            return new Place(fixed ? owner : struct.bareName(), deeper, fixed);
        }

        private Place sealed() {
            return new Place(owner, path, true);
        }
    }

    /** The first wrong type, in Go's words. */
    public Optional<String> mistake() {
        return mistake;
    }

    /** Whether a tool is of a type that another dialect's servers run themselves and charge for by the piece. */
    boolean serverTools() {
        return serverTools;
    }

    /** Whether the list at this path had at least one element. */
    boolean filled(String path) {
        return count(path) > 0;
    }

    /** How many elements the lists at this path had together. */
    int count(String path) {
        return elements.getOrDefault(path, 0);
    }

    /** Checks the value on which the parser stands; the parser then stands on its last token. */
    public void check(GoType type, Place place) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        switch (type) {
            case GoType.Any _ -> parser.skipChildren();
            case GoType.Scalar scalar -> scalar(scalar, place);
            case GoType.Bytes bytes -> bytes(bytes, place);
            case GoType.Sequence sequence -> sequence(sequence, place);
            case GoType.Struct struct -> struct(struct, place);
            case GoType.Keyed keyed -> keyed(keyed, place);
            case GoType.Ordered ordered -> ordered(ordered, place);
            case GoType.Sealed seal -> sealed(seal, place);
            case GoType.Special special -> special(special, place);
        }
    }

    private void scalar(GoType.Scalar scalar, Place place) {
        JsonToken token = parser.currentToken();
        boolean fits = switch (scalar) {
            case STRING -> token == JsonToken.VALUE_STRING;
            case BOOL -> token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
            case INT, INT32 -> token == JsonToken.VALUE_NUMBER_INT;
        };
        if (scalar == GoType.Scalar.INT || scalar == GoType.Scalar.INT32) {
            number(scalar, fits, place);
        } else if (!fits) {
            wrong(scalar.goName(), place);
        } else if (scalar == GoType.Scalar.STRING && place.path().equals("tools.type")) {
            serverTools |= !Set.of("function", "custom", "").contains(parser.getString());
        }
    }

    private void number(GoType.Scalar scalar, boolean whole, Place place) {
        if (!parser.currentToken().isNumeric()) {
            wrong(scalar.goName(), place);
            return;
        }
        String text = parser.getString();
        if (!whole || !fits(text, scalar)) {
            remember("number " + text, scalar.goName(), place);
        }
    }

    /**
     * Reads the value on which the parser stands where Go takes any: a number becomes a float64, and one that none can
     * hold is a mistake. The parser then stands on the value's last token.
     */
    void checkAny(Place place) {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token.isNumeric() && !Double.isFinite(parser.getDoubleValue())) {
                remember("number " + parser.getString(), "float64", place);
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        } while (depth > 0 && parser.nextToken() != null);
    }

    private static boolean fits(String number, GoType.Scalar scalar) {
        try {
            long value = Long.parseLong(number);
            return scalar == GoType.Scalar.INT || value == (int) value;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private void bytes(GoType.Bytes bytes, Place place) {
        switch (parser.currentToken()) {
            case VALUE_STRING ->
                GoBase64.illegalByte(parser.getString())
                        .ifPresent(at -> remember("illegal base64 data at input byte " + at));
            case START_ARRAY -> parser.skipChildren();
            default -> wrong(bytes.goName(), place);
        }
    }

    private void sequence(GoType.Sequence sequence, Place place) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            wrong(sequence.goName(), place);
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.merge(place.path(), 1, Integer::sum);
            check(sequence.element(), place);
        }
    }

    private void struct(GoType.Struct struct, Place place) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            wrong(struct.goName(), place);
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = fieldName(parser);
            parser.nextToken();
            check(struct.members().getOrDefault(name, OllamaShapes.ANY), place.member(struct, name));
        }
    }

    /** Go finds members whatever their case. */
    public static String fieldName(JsonParser parser) {
        return FieldNames.folded(parser.currentName());
    }

    private void keyed(GoType.Keyed keyed, Place place) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            wrong(keyed.goName(), place);
            return;
        }
        members(keyed.element(), place);
    }

    private void ordered(GoType.Ordered ordered, Place place) {
        if (textArguments
                && parser.currentToken() == JsonToken.VALUE_STRING
                && place.path().endsWith(".arguments")) {
            text();
            return;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw refused(NO_OBJECT);
        }
        members(ordered.element(), place);
    }

    private void text() {
        String text = parser.getString();
        if (!isObject(text)) {
            throw refused(NO_OBJECT);
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        texts.put(new Span(from, Json.endOfValue(parser)), text);
    }

    /** Whether it is one whole object and nothing else: it is going to stand in the request in the text's place. */
    private static boolean isObject(String text) {
        try (JsonParser inner = Json.parser(text.getBytes(StandardCharsets.UTF_8))) {
            if (inner.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            inner.skipChildren();
            return inner.nextToken() == null;
        } catch (JacksonException _) {
            return false;
        }
    }

    private void members(GoType element, Place place) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            parser.nextToken();
            if (element instanceof GoType.Any) {
                checkAny(place);
            } else {
                check(element, place);
            }
        }
    }

    private void sealed(GoType.Sealed seal, Place place) {
        Optional<String> outer = mistake;
        mistake = Optional.empty();
        check(seal.inner(), place.sealed());
        if (mistake.isPresent()) {
            throw refused(mistake.get());
        }
        mistake = outer;
    }

    private void special(GoType.Special special, Place place) {
        switch (special) {
            case THINK -> think();
            case DURATION -> duration(place);
            case STRING_OR_STRINGS -> stringOrStrings(place);
        }
    }

    private void think() {
        switch (parser.currentToken()) {
            case VALUE_TRUE, VALUE_FALSE -> {}
            case VALUE_STRING -> {
                String level = parser.getString();
                if (!Set.of("high", "medium", "low").contains(level)) {
                    throw refused("invalid think value: " + GoQuote.quoted(level)
                            + " (must be \"high\", \"medium\", \"low\", true, or false)");
                }
            }
            default ->
                throw refused("think must be a boolean or string (\"high\", \"medium\", \"low\", true, or false)");
        }
    }

    private void duration(Place place) {
        switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> checkAny(place);
            case VALUE_STRING -> GoDuration.nanos(parser.getString());
            case START_ARRAY -> throw refused("Unsupported type: '[]interface {}'");
            case START_OBJECT -> throw refused("Unsupported type: 'map[string]interface {}'");
            default -> throw refused("Unsupported type: 'bool'");
        }
    }

    private void stringOrStrings(Place place) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            sequence(OllamaShapes.STRINGS, place);
        }
    }

    private void wrong(String goType, Place place) {
        String kind = switch (parser.currentToken()) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            default -> "number";
        };
        remember(kind, goType, place);
        parser.skipChildren();
    }

    private void remember(String value, String goType, Place place) {
        remember(
                place.path().isEmpty()
                        ? "json: cannot unmarshal " + value + " into Go value of type " + goType
                        : "json: cannot unmarshal " + value + " into Go struct field " + place.owner() + "."
                                + place.path() + " of type " + goType);
    }

    private void remember(String words) {
        if (mistake.isEmpty()) {
            mistake = Optional.of(words);
        }
    }

    private static GatewayException refused(String words) {
        return new GatewayException(new Failure.BadRequest(words));
    }
}
