package dev.sluice.dialect.openai.request;

import java.math.BigDecimal;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the value on which a parser stands as what a field must hold; null means that the field was not given. */
final class Values {
    private static final int LONGEST_NUMBER = 40;

    private Values() {}

    static String text(JsonParser value, String param) {
        JsonToken token = value.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return value.getString();
        }
        if (token == JsonToken.VALUE_NULL) {
            return "";
        }
        throw Wrong.type(param, "a string", token);
    }

    static boolean truth(JsonParser value, String param) {
        JsonToken token = value.currentToken();
        return switch (token) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw Wrong.type(param, "a boolean", token);
        };
    }

    static OptionalDouble decimal(JsonParser value, String param) {
        JsonToken token = value.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return OptionalDouble.empty();
        }
        if (!token.isNumeric()) {
            throw Wrong.type(param, "a decimal number", token);
        }
        return OptionalDouble.of(value.getDoubleValue());
    }

    /** A whole number in any spelling: 100, 100.0 and 1e2 are the same. */
    static OptionalLong whole(JsonParser value, String param) {
        JsonToken token = value.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return OptionalLong.empty();
        }
        if (!token.isNumeric()) {
            throw Wrong.type(param, "an integer", token);
        }
        if (token == JsonToken.VALUE_NUMBER_INT && value.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return OptionalLong.of(value.getLongValue());
        }
        try {
            return OptionalLong.of(decimalOf(value).longValueExact());
        } catch (ArithmeticException _) {
            throw Wrong.value(param, "expected a whole number of at most 18 digits");
        }
    }

    private static BigDecimal decimalOf(JsonParser value) {
        BigDecimal number = value.getDecimalValue();
        if (Math.abs((long) number.scale()) > LONGEST_NUMBER) {
            throw new ArithmeticException("too many digits");
        }
        return number;
    }

    static OptionalInt small(JsonParser value, String param) {
        OptionalLong number = whole(value, param);
        if (number.isEmpty()) {
            return OptionalInt.empty();
        }
        if (number.getAsLong() != (int) number.getAsLong()) {
            throw Wrong.value(param, "expected a smaller number");
        }
        return OptionalInt.of((int) number.getAsLong());
    }
}
