package dev.sluice.dialect;

import dev.sluice.model.RawJson;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Whether an answer is JSON that fits a JSON schema, for providers that cannot hold themselves to one.
 *
 * <p>Looked at are {@code type}, {@code enum}, {@code const}, {@code required}, {@code properties}, {@code
 * additionalProperties}, {@code items}, {@code minItems}, {@code maxItems}, {@code anyOf}, {@code oneOf}, {@code allOf}
 * and {@code $ref} within the schema. Other words (patterns, formats, bounds of numbers) are not, nor is what lies
 * beyond the bounds: a text of more than a million characters, 100 levels, 50 000 comparisons. An answer is only called
 * wrong where it certainly is. Used once, by one thread.
 */
public final class SchemaCheck {
    private static final int LONGEST_TEXT = 1_000_000;
    private static final int DEEPEST = 100;
    private static final int MOST_STEPS = 50_000;
    private static final int LONGEST_SHOWN = 100;

    private final JsonNode root;
    private int steps;

    private SchemaCheck(JsonNode root) {
        this.root = root;
    }

    /** What is wrong with the text, in words that can end a sentence; empty where it fits the schema. */
    public static Optional<String> mistake(String text, RawJson schema) {
        if (text.length() > LONGEST_TEXT) {
            return Optional.empty();
        }
        if (text.isBlank()) {
            return Optional.of("the answer is empty");
        }
        JsonNode value;
        try {
            value = Json.tree(text);
        } catch (JacksonException _) {
            return Optional.of("the answer is not one JSON value");
        }
        JsonNode root = tree(schema);
        return new SchemaCheck(root).check(value, root, new Spot("$", 0));
    }

    private static JsonNode tree(RawJson schema) {
        try {
            return Json.tree(schema.text());
        } catch (JacksonException _) {
            return Json.tree("true"); // no schema, no mistake
        }
    }

    /** A place in the answer, and how many schemas lie one in the other there. */
    private record Spot(String path, int depth) {
        private Spot member(String name) {
            return new Spot(path + "." + shown(name), depth + 1);
        }

        private Spot item(int number) {
            return new Spot(path + "[" + number + "]", depth + 1);
        }

        private Spot deeper() {
            return new Spot(path, depth + 1);
        }

        private Optional<String> wrong(String what) {
            return Optional.of((path.length() > 2 * LONGEST_SHOWN ? "a deep member" : path) + " " + what);
        }
    }

    private Optional<String> check(JsonNode value, JsonNode schema, Spot spot) {
        if (schema.isBoolean()) {
            return schema.booleanValue() ? Optional.empty() : spot.wrong("is not allowed");
        }
        if (!schema.isObject() || spot.depth() > DEEPEST || past(1)) {
            return Optional.empty();
        }
        return type(value, schema.path("type"), spot)
                .or(() -> constant(value, schema, spot))
                .or(() -> value.isObject() ? members(value, schema, spot) : Optional.empty())
                .or(() -> value.isArray() ? items(value, schema, spot) : Optional.empty())
                .or(() -> combined(value, schema, spot))
                .or(() -> referred(value, schema.path("$ref"), spot));
    }

    private boolean past(int more) {
        steps += more;
        return steps > MOST_STEPS;
    }

    private static Optional<String> type(JsonNode value, JsonNode type, Spot spot) {
        boolean fits = type.isArray() ? anyIs(value, type) : !type.isString() || is(value, type.stringValue());
        return fits ? Optional.empty() : spot.wrong("must be of type " + shown(type) + " and is " + kind(value));
    }

    private static boolean anyIs(JsonNode value, JsonNode types) {
        for (JsonNode type : types) {
            if (!type.isString() || is(value, type.stringValue())) {
                return true;
            }
        }
        return types.isEmpty();
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            case "number" -> value.isNumber();
            case "integer" -> value.isNumber() && isWhole(value);
            default -> true;
        };
    }

    private static boolean isWhole(JsonNode number) {
        return number.isIntegralNumber() || number.doubleValue() == Math.rint(number.doubleValue());
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            default -> "null";
        };
    }

    private Optional<String> constant(JsonNode value, JsonNode schema, Spot spot) {
        if (schema.has("const") && !same(value, schema.path("const"))) {
            return spot.wrong("must be " + shown(schema.path("const")));
        }
        JsonNode choices = schema.path("enum");
        if (!choices.isArray() || past(choices.size())) {
            return Optional.empty();
        }
        for (JsonNode choice : choices) {
            if (same(value, choice)) {
                return Optional.empty();
            }
        }
        return spot.wrong("must be one of " + shown(choices));
    }

    /** 1 and 1.0 are the same number. */
    private static boolean same(JsonNode one, JsonNode other) {
        boolean spelling = one.isNumber() && other.isNumber() && one.isIntegralNumber() != other.isIntegralNumber();
        return spelling ? one.doubleValue() == other.doubleValue() : one.equals(other);
    }

    private Optional<String> members(JsonNode value, JsonNode schema, Spot spot) {
        for (JsonNode name : schema.path("required")) {
            if (name.isString() && !value.has(name.stringValue())) {
                return spot.wrong("lacks the required member " + shown(name));
            }
        }
        JsonNode known = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            String name = member.getKey();
            boolean patterned = !known.has(name) && schema.has("patternProperties");
            Optional<String> mistake = patterned
                    ? Optional.empty()
                    : check(member.getValue(), known.has(name) ? known.path(name) : others, spot.member(name));
            if (mistake.isPresent()) {
                return mistake;
            }
        }
        return Optional.empty();
    }

    private Optional<String> items(JsonNode value, JsonNode schema, Spot spot) {
        if (value.size() < schema.path("minItems").asInt(0)) {
            return spot.wrong("must have at least " + shown(schema.path("minItems")) + " items");
        }
        if (value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
            return spot.wrong("must have at most " + shown(schema.path("maxItems")) + " items");
        }
        // Behind prefixItems, the word speaks of the rest only.
        for (int at = schema.path("prefixItems").size(); at < value.size(); at++) {
            Optional<String> mistake = check(value.path(at), schema.path("items"), spot.item(at));
            if (mistake.isPresent()) {
                return mistake;
            }
        }
        return Optional.empty();
    }

    private Optional<String> combined(JsonNode value, JsonNode schema, Spot spot) {
        for (JsonNode part : schema.path("allOf")) {
            Optional<String> mistake = check(value, part, spot.deeper());
            if (mistake.isPresent()) {
                return mistake;
            }
        }
        return oneFits(value, schema.path("anyOf"), spot).or(() -> oneFits(value, schema.path("oneOf"), spot));
    }

    /** Two fitting forms of a {@code oneOf} are let pass: with half of the schema's words unread, they may be one. */
    private Optional<String> oneFits(JsonNode value, JsonNode forms, Spot spot) {
        Optional<String> first = Optional.empty();
        for (JsonNode form : forms) {
            Optional<String> mistake = check(value, form, spot.deeper());
            if (mistake.isEmpty()) {
                return mistake;
            }
            first = first.or(() -> mistake);
        }
        return first.map(mistake -> "no allowed form fits, for the first one " + mistake);
    }

    private Optional<String> referred(JsonNode value, JsonNode reference, Spot spot) {
        String pointer = reference.isString() ? reference.stringValue() : "";
        if (!pointer.equals("#") && !pointer.startsWith("#/")) {
            return Optional.empty();
        }
        return check(value, root.at(pointer.substring(1)), spot.deeper());
    }

    private static String shown(JsonNode value) {
        return shown(value.toString());
    }

    private static String shown(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}
