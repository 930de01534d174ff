package dev.sluice.dialect.batch;

import dev.sluice.dialect.Json;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a runner of many calls must know of an answer's body.
 *
 * @param whole whether the body is one JSON object
 * @param refused whether it is an error, whatever its status was
 * @param message of an error; "" where there is none
 * @param code of an error; "" where there is none
 */
public record BatchAnswer(
        boolean whole,
        boolean refused,
        long inputTokens,
        long cachedTokens,
        long outputTokens,
        String message,
        String code) {
    private static final BatchAnswer NONE = new BatchAnswer(false, false, 0, 0, 0, "", "");
    private static final String STATUS = "[45][0-9][0-9]";

    /** Reads a body of any kind; what cannot be read counts as not there. */
    public static BatchAnswer read(byte[] body) {
        try (JsonParser parser = Json.parser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return NONE;
            }
            Reading reading = new Reading();
            reading.object(parser, "");
            return parser.nextToken() == null ? reading.answer() : NONE;
        } catch (JacksonException _) {
            return NONE;
        }
    }

    private static final class Reading {
        private boolean refused;
        private long input;
        private long cached;
        private long output;
        private String message = "";
        private String code = "";

        private void object(JsonParser parser, String path) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = path + parser.currentName();
                JsonToken token = parser.nextToken();
                refused |= name.equals("error") && token != JsonToken.VALUE_NULL;
                if (token == JsonToken.START_OBJECT && leads(name)) {
                    object(parser, name + ".");
                } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                    value(name, parser);
                } else {
                    parser.skipChildren();
                }
            }
        }

        private static boolean leads(String path) {
            return path.equals("usage") || path.equals("usage.prompt_tokens_details") || path.equals("error");
        }

        private void value(String path, JsonParser parser) {
            switch (path) {
                case "usage.prompt_tokens" -> input = count(parser);
                case "usage.completion_tokens" -> output = count(parser);
                case "usage.prompt_tokens_details.cached_tokens", "usage.prompt_cache_hit_tokens" ->
                    cached = Math.max(cached, count(parser));
                case "error", "error.message" -> message = parser.getString();
                case "error.code" -> code = parser.getString();
                default -> {}
            }
        }

        private static long count(JsonParser parser) {
            return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                    ? Math.max(0, parser.getLongValue())
                    : 0;
        }

        private BatchAnswer answer() {
            return new BatchAnswer(true, refused, input, Math.min(cached, input), output, message, code);
        }
    }

    /** The HTTP status that an error's code repeats, where it does. */
    public OptionalInt status() {
        return code.matches(STATUS) ? OptionalInt.of(Integer.parseInt(code)) : OptionalInt.empty();
    }

    /** The error's words, where it has any. */
    public Optional<String> words() {
        return message.isBlank() ? Optional.empty() : Optional.of(message);
    }
}
