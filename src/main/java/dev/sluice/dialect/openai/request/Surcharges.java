package dev.sluice.dialect.openai.request;

import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Fields by which a call costs what no list of prices by tokens tells: a dearer class of service, other models or sellers
 * than the one asked, searches, plugins and tools of the server charged by the piece, sound. From the API references of
 * OpenAI and OpenRouter. And {@code auto_max_new_tokens}, by which text-generation-webui answers beyond the output limit.
 */
final class Surcharges {
    /** All names of such fields in a request's own object. */
    static final Set<String> NAMES = Set.of(
            "service_tier",
            "models",
            "preset",
            "plugins",
            "provider",
            "web_search_options",
            "audio",
            "auto_max_new_tokens");

    private Surcharges() {}

    /** @param parser stands on the value, and still does afterwards */
    static boolean has(String name, JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (name) {
            case "service_tier" -> token == JsonToken.VALUE_STRING && !isUsual(parser.getString());
            case "preset" ->
                token == JsonToken.VALUE_STRING && !parser.getString().isEmpty();
            case "auto_max_new_tokens" -> token != JsonToken.VALUE_FALSE && token != JsonToken.VALUE_NULL;
            case "models", "plugins" -> token == JsonToken.START_ARRAY;
            case "provider", "web_search_options", "audio" -> token == JsonToken.START_OBJECT;
            default -> false;
        };
    }

    /** Whether an object of this name in a turn is charged by the page, the second or the frame. */
    static boolean isPart(String name) {
        return switch (name) {
            case "file", "input_audio", "audio_url", "video_url" -> true;
            default -> false;
        };
    }

    /** Whether a tool of this type is run by the server, which charges for it by the piece: a search, a sandbox. */
    static boolean isServerTool(String type) {
        return switch (type) {
            case "function", "custom", "" -> false;
            default -> true;
        };
    }

    /** Flexible service costs less than the list says, so the list's price is still a bound. */
    private static boolean isUsual(String tier) {
        return switch (tier) {
            case "auto", "default", "standard", "flex", "" -> true;
            default -> false;
        };
    }
}
