package dev.sluice.dialect.ollama.request;

import dev.sluice.model.GatewayException;
import tools.jackson.core.JsonParser;

/** How long a model shall stay loaded; zero asks to unload it. */
public final class KeepAlive {
    private static final double NANOS = 1e9;

    private KeepAlive() {}

    /** Whether the value on which the parser stands is no time at all. */
    public static boolean isZero(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> (long) (parser.getDoubleValue() * NANOS) == 0;
            case VALUE_STRING -> isZero(parser.getString());
            default -> false;
        };
    }

    private static boolean isZero(String duration) {
        try {
            return GoDuration.nanos(duration) == 0;
        } catch (GatewayException _) {
            return false; // Told to the client where the request's types are checked.
        }
    }
}
