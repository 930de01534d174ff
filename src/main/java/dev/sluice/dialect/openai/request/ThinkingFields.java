package dev.sluice.dialect.openai.request;

import dev.sluice.model.Thinking;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The many fields by which clients of OpenAI-style servers say whether to think. Collects what they say together. */
final class ThinkingFields {
    static final Set<String> NAMES =
            Set.of("reasoning_effort", "thinking", "reasoning", "chat_template_kwargs", "think", "include_reasoning");

    /** Leaves it to the provider, in as many words. */
    private static final String AS_USUAL = "default";

    private Thinking thinking = Thinking.DEFAULT;

    /** Takes note of a top-level member; the parser stands on its value and afterwards on the value's end. */
    void take(String name, JsonParser value) {
        switch (name) {
            case "reasoning_effort", "think" -> scalar(value);
            case "thinking" -> object(value, "type");
            case "reasoning" -> object(value, "effort");
            case "chat_template_kwargs" -> object(value, "enable_thinking");
            default -> {}
        }
        value.skipChildren();
    }

    private void object(JsonParser value, String teller) {
        if (value.currentToken() != JsonToken.START_OBJECT) {
            scalar(value);
            return;
        }
        while (value.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = value.currentName();
            value.nextToken();
            if (name.equals(teller) || name.equals("enabled") || name.equals("thinking")) {
                scalar(value);
            }
            value.skipChildren();
        }
    }

    private void scalar(JsonParser value) {
        JsonToken token = value.currentToken();
        if (token == JsonToken.VALUE_TRUE) {
            say(Thinking.ON);
        } else if (token == JsonToken.VALUE_FALSE) {
            say(Thinking.OFF);
        } else if (token == JsonToken.VALUE_STRING) {
            say(level(value.getString()));
        }
    }

    private static Thinking level(String word) {
        return switch (word) {
            case "none", "disabled", "off" -> Thinking.OFF;
            case "enabled", "adaptive", "on" -> Thinking.ON;
            case "minimal" -> Thinking.MINIMAL;
            case "low" -> Thinking.LOW;
            case "medium" -> Thinking.MEDIUM;
            case "high" -> Thinking.HIGH;
            case "xhigh", "max", "ultra" -> Thinking.MAX;
            default -> Thinking.DEFAULT;
        };
    }

    private void say(Thinking next) {
        boolean onlyConfirms = next == Thinking.ON && thinking != Thinking.OFF && thinking != Thinking.DEFAULT;
        if (next != Thinking.DEFAULT && !onlyConfirms) {
            thinking = next;
        }
    }

    /** Whether it is a word for how much to think that nobody here knows. The parser stands on the value. */
    static boolean isUnknown(JsonParser value) {
        return value.currentToken() == JsonToken.VALUE_STRING
                && !value.getString().equals(AS_USUAL)
                && level(value.getString()) == Thinking.DEFAULT;
    }

    Thinking thinking() {
        return thinking;
    }

    boolean wanted() {
        return thinking != Thinking.DEFAULT && thinking != Thinking.OFF;
    }
}
