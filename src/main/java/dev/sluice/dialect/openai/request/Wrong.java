package dev.sluice.dialect.openai.request;

import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import tools.jackson.core.JsonToken;

/** What to tell a client whose request is wrong: the field, and what belongs there. */
final class Wrong {
    private Wrong() {}

    static GatewayException missing(String param) {
        return new GatewayException(new Failure.BadRequest(
                400, "Missing required parameter: '" + param + "'.", param, "missing_required_parameter"));
    }

    /** @param expected with its article, such as "a string" */
    static GatewayException type(String param, String expected, JsonToken got) {
        String text = "Invalid type for '" + param + "': expected " + expected + ", but got " + kind(got) + " instead.";
        return new GatewayException(new Failure.BadRequest(400, text, param, "invalid_type"));
    }

    static GatewayException value(String param, String hint) {
        return new GatewayException(new Failure.BadRequest(
                400, "Invalid value for '" + param + "': " + hint + ".", param, "invalid_value"));
    }

    /** @param field what some servers take it for */
    static GatewayException misspelt(String param, String field) {
        String text = "Unknown parameter: '" + param + "'. Some servers take it for '" + field + "'; write '" + field
                + "', or leave it out.";
        return new GatewayException(new Failure.BadRequest(400, text, param, "unknown_parameter"));
    }

    /** OpenAI's words for a field that the asked route does not have. */
    static GatewayException unrecognized(String param, String hint) {
        String text = "Unrecognized request argument supplied: " + param + "; " + hint + ".";
        return new GatewayException(new Failure.BadRequest(400, text, param, "unknown_parameter"));
    }

    static GatewayException body(String text) {
        return new GatewayException(new Failure.BadRequest(400, text, "", ""));
    }

    private static String kind(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a decimal number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case START_ARRAY -> "an array";
            case START_OBJECT -> "an object";
            default -> "something else";
        };
    }
}
