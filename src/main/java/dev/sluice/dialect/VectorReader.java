package dev.sluice.dialect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;

/** Reads vectors: JSON lists of numbers. Stateless. */
public final class VectorReader {
    private static final int USUAL_LENGTH = 1024;
    private static final int LONGEST_PLAIN = 38;

    private VectorReader() {}

    /**
     * The list on which the parser stands; the parser then stands on its end.
     *
     * @throws tools.jackson.core.JacksonException where it is no list, or something in it is no finite number
     */
    public static float[] one(JsonParser parser) {
        enter(parser);
        float[] values = new float[USUAL_LENGTH];
        int length = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (length == values.length) {
                values = Arrays.copyOf(values, 2 * length);
            }
            values[length++] = number(parser);
        }
        return Arrays.copyOf(values, length);
    }

    /**
     * The list of lists on which the parser stands; the parser then stands on its end.
     *
     * @throws tools.jackson.core.JacksonException where it is something else, or they differ in length
     */
    public static List<float[]> all(JsonParser parser) {
        enter(parser);
        List<float[]> vectors = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            float[] vector = one(parser);
            if (!vectors.isEmpty() && vectors.getFirst().length != vector.length) {
                throw new StreamReadException(parser, "vectors of different lengths");
            }
            vectors.add(vector);
        }
        return vectors;
    }

    /**
     * How many numbers the list has on which the parser stands; the parser then stands on its end. Reads only those that
     * may be too large.
     *
     * @throws tools.jackson.core.JacksonException where it is no list, or something in it is no finite number
     */
    public static int count(JsonParser parser) {
        enter(parser);
        int numbers = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.currentToken().isNumeric() || mayBeTooLarge(parser)) {
                number(parser);
            }
            numbers++;
        }
        return numbers;
    }

    /** No float has more digits before its point than these, unless it has an exponent. */
    private static boolean mayBeTooLarge(JsonParser parser) {
        int length = parser.getStringLength();
        if (length > LONGEST_PLAIN) {
            return true;
        }
        char[] text = parser.getStringCharacters();
        int from = parser.getStringOffset();
        for (int at = from; at < from + length; at++) {
            if ((text[at] | ' ') == 'e') {
                return true;
            }
        }
        return false;
    }

    private static float number(JsonParser parser) {
        float value = parser.currentToken().isNumeric() ? parser.getFloatValue() : Float.NaN;
        if (!Float.isFinite(value)) {
            throw new StreamReadException(parser, "not a finite number");
        }
        return value;
    }

    private static void enter(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new InputCoercionException(parser, "not a list", parser.currentToken(), float[].class);
        }
    }
}
