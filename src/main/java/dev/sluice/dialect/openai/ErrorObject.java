package dev.sluice.dialect.openai;

import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Failure.Upstream;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a provider says about its own failure, in whichever of the usual shapes: an object, a bare text, with a code that
 * is a word or a number.
 *
 * @param code the provider's word or number; "" where none
 */
record ErrorObject(String message, String type, String param, String code) {

    static final ErrorObject EMPTY = new ErrorObject("", "", "", "");

    /** Reads the value on which the parser stands; null means that there is no error. */
    static Optional<ErrorObject> read(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        if (token == JsonToken.START_OBJECT) {
            return Optional.of(members(parser, EMPTY));
        }
        String text = scalar(parser);
        parser.skipChildren();
        return Optional.of(new ErrorObject(text, "", "", ""));
    }

    /** Reads an object's members up to its end, also those of a body that is not wrapped in {@code error}. */
    static ErrorObject members(JsonParser parser, ErrorObject before) {
        ErrorObject error = before;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            error = error.with(name, parser);
            parser.skipChildren();
        }
        return error;
    }

    private ErrorObject with(String name, JsonParser value) {
        return switch (name) {
            case "message", "detail" -> new ErrorObject(scalar(value), type, param, code);
            case "type", "error_type" -> new ErrorObject(message, scalar(value), param, code);
            case "param" -> new ErrorObject(message, type, scalar(value), code);
            case "code" -> new ErrorObject(message, type, param, scalar(value));
            case "error" ->
                value.currentToken() == JsonToken.START_OBJECT
                        ? members(value, this)
                        : new ErrorObject(message.isEmpty() ? scalar(value) : message, type, param, code);
            default -> this;
        };
    }

    private static String scalar(JsonParser value) {
        JsonToken token = value.currentToken();
        return token.isScalarValue() && token != JsonToken.VALUE_NULL ? value.getString() : "";
    }

    boolean isEmpty() {
        return equals(EMPTY);
    }

    /** The HTTP status that the code repeats, where it is one. */
    OptionalInt status() {
        if (code.length() != 3 || !code.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(code));
    }

    /** The code where it is a word, not a repeated status. */
    String word() {
        return status().isPresent() ? "" : code;
    }

    /** This error, reported in the body of an answer that began with status 200. */
    Upstream inAnswer() {
        int status = status().orElse(0);
        Upstream known = UpstreamRefusal.of(status, this, Optional.empty());
        Kind kind = status == 0 && known.kind() == Kind.REQUEST_REFUSED ? Kind.CUT : known.kind();
        return new Upstream(kind, status, known.message(), param, word(), Optional.empty());
    }
}
