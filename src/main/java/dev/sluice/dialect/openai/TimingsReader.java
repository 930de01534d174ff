package dev.sluice.dialect.openai;

import dev.sluice.model.Timings;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the {@code timings} object that llama.cpp's server adds. What cannot be is ignored, never thrown at anybody. */
final class TimingsReader {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MOST_MILLIS = 24 * 60 * 60 * 1e3;

    private TimingsReader() {}

    /** Reads the object on which the parser stands, up to its end; empty where a time is missing. */
    static Optional<Timings> read(JsonParser parser) {
        OptionalLong prompt = OptionalLong.empty();
        OptionalLong output = OptionalLong.empty();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "prompt_ms" -> prompt = nanos(parser);
                case "predicted_ms" -> output = nanos(parser);
                default -> {}
            }
            parser.skipChildren();
        }
        return prompt.isPresent() && output.isPresent()
                ? Optional.of(new Timings(prompt.getAsLong(), output.getAsLong()))
                : Optional.empty();
    }

    private static OptionalLong nanos(JsonParser value) {
        if (!value.currentToken().isNumeric()) {
            return OptionalLong.empty();
        }
        double millis = value.getDoubleValue();
        boolean sane = millis >= 0 && millis <= MOST_MILLIS;
        return sane ? OptionalLong.of(Math.round(millis * NANOS_PER_MILLI)) : OptionalLong.empty();
    }
}
