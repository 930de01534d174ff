package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Profile.ThinkingStyle;
import dev.sluice.model.Thinking;
import java.util.List;
import java.util.Set;

/** How a wish to think, or not to, is written for each kind of server. */
final class ThinkingSpelling {
    private ThinkingSpelling() {}

    /** JSON members, names included; none where the server does by itself what is wished. */
    static List<String> members(ThinkingStyle style, Thinking thinking) {
        if (thinking == Thinking.DEFAULT) {
            return List.of();
        }
        return switch (style) {
            case EFFORT -> List.of(effort(word(thinking, "xhigh")));
            case EFFORT_FROM_LOW -> List.of(effort(isTooLittle(thinking) ? "low" : word(thinking, "xhigh")));
            case TEMPLATE -> template(thinking);
            case SWITCH -> toggle(thinking);
            case REASONING_OBJECT -> List.of("\"reasoning\":" + reasoning(thinking));
            case THINK -> ollama(thinking);
            case NONE -> List.of();
        };
    }

    /** The fields by which such a server is told; the first is the one that it listens to before all. */
    static List<String> fields(ThinkingStyle style) {
        return switch (style) {
            case EFFORT, EFFORT_FROM_LOW -> List.of("reasoning_effort");
            case TEMPLATE -> List.of("chat_template_kwargs", "reasoning_effort", "include_reasoning");
            case SWITCH -> List.of("thinking", "reasoning_effort");
            case REASONING_OBJECT -> List.of("reasoning", "reasoning_effort", "include_reasoning");
            case THINK -> List.of("reasoning_effort", "reasoning", "think");
            case NONE -> List.of();
        };
    }

    /**
     * Whether what a client of the same dialect wrote must be written anew for such a server.
     *
     * @param given the thinking fields in the request
     */
    static boolean needed(ThinkingStyle style, Thinking thinking, Set<String> given) {
        if (style == ThinkingStyle.EFFORT_FROM_LOW && isTooLittle(thinking)) {
            return true;
        }
        List<String> own = fields(style);
        if (thinking == Thinking.DEFAULT || (!own.isEmpty() && given.contains(own.getFirst()))) {
            return false;
        }
        boolean effortOnly = given.equals(Set.of("reasoning_effort"));
        return switch (style) {
            case EFFORT, EFFORT_FROM_LOW, TEMPLATE -> !effortOnly || thinking == Thinking.OFF;
            case SWITCH -> !effortOnly || thinking == Thinking.OFF || thinking == Thinking.MINIMAL;
            case REASONING_OBJECT -> !effortOnly;
            case THINK -> given.stream().noneMatch(own::contains);
            case NONE -> true;
        };
    }

    /** What a model that cannot stop thinking refuses to be told. */
    private static boolean isTooLittle(Thinking thinking) {
        return thinking == Thinking.OFF || thinking == Thinking.MINIMAL;
    }

    private static List<String> template(Thinking thinking) {
        return switch (thinking) {
            // A template that does not know the switch still thinks; then at least nobody sees it.
            case OFF -> List.of("\"chat_template_kwargs\":{\"enable_thinking\":false}", "\"include_reasoning\":false");
            case DEFAULT, ON -> List.of("\"chat_template_kwargs\":{\"enable_thinking\":true}");
            case MINIMAL, LOW, MEDIUM, HIGH, MAX ->
                List.of("\"chat_template_kwargs\":{\"enable_thinking\":true}", effort(word(thinking, "high")));
        };
    }

    private static List<String> toggle(Thinking thinking) {
        String on = "\"thinking\":{\"type\":\"enabled\"}";
        return switch (thinking) {
            case OFF -> List.of("\"thinking\":{\"type\":\"disabled\"}");
            case DEFAULT, ON -> List.of(on);
            case MINIMAL, LOW -> List.of(on, effort("low"));
            case MEDIUM, HIGH -> List.of(on, effort("high"));
            case MAX -> List.of(on, effort("max"));
        };
    }

    private static String reasoning(Thinking thinking) {
        return switch (thinking) {
            case OFF -> "{\"enabled\":false}";
            case DEFAULT, ON -> "{\"enabled\":true}";
            case MINIMAL, LOW, MEDIUM, HIGH, MAX -> "{\"effort\":\"" + word(thinking, "xhigh") + "\"}";
        };
    }

    private static List<String> ollama(Thinking thinking) {
        return switch (thinking) {
            // A level is an error at most models, and they think unless told not to.
            case DEFAULT, ON -> List.of();
            case OFF -> List.of(effort("none"));
            case MINIMAL, LOW -> List.of(effort("low"));
            case MEDIUM -> List.of(effort("medium"));
            case HIGH, MAX -> List.of(effort("high"));
        };
    }

    private static String effort(String word) {
        return "\"reasoning_effort\":\"" + word + "\"";
    }

    private static String word(Thinking thinking, String most) {
        return switch (thinking) {
            case OFF -> "none";
            case MINIMAL -> "minimal";
            case LOW -> "low";
            case DEFAULT, ON, MEDIUM -> "medium";
            case HIGH -> "high";
            case MAX -> most;
        };
    }
}
