package dev.sluice.dialect.ollama;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;

/** Reads lists of numbers. Used once, by one thread. */
final class VectorReader {
    private static final int USUAL_LENGTH = 1024;

    private final JsonParser parser;

    VectorReader(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws tools.jackson.core.JacksonException where something in it is no number */
    float[] one() {
        parser.nextToken();
        return numbers();
    }

    /** @throws tools.jackson.core.JacksonException where something in it is no list of numbers */
    List<float[]> all() {
        List<float[]> vectors = new ArrayList<>();
        parser.nextToken();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            vectors.add(numbers());
        }
        return vectors;
    }

    private float[] numbers() {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new InputCoercionException(parser, "not a list", parser.currentToken(), float[].class);
        }
        float[] values = new float[USUAL_LENGTH];
        int length = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (length == values.length) {
                values = Arrays.copyOf(values, 2 * length);
            }
            values[length++] = parser.getFloatValue();
        }
        return Arrays.copyOf(values, length);
    }
}
