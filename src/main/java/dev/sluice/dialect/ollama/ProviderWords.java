package dev.sluice.dialect.ollama;

import dev.sluice.dialect.CleanText;
import dev.sluice.dialect.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A provider's own words about a failure, fit to be shown. */
final class ProviderWords {
    private static final String NO_WORDS = "the provider gave no reason";
    private static final String A_PAGE = "the provider answered with a web page";

    private ProviderWords() {}

    /** Reads an error body of any form. */
    static String of(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        return cleaned(text.startsWith("{") ? reason(body).orElse("") : text);
    }

    /** {@code {"error":"words"}}, {@code {"error":{"message":"words"}}} or {@code {"message":"words"}}. */
    private static Optional<String> reason(byte[] body) {
        Optional<String> found = Optional.empty();
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() != null) {
                boolean names = parser.currentToken() == JsonToken.PROPERTY_NAME;
                if (names && isReason(parser.currentName()) && parser.nextToken() == JsonToken.VALUE_STRING) {
                    return Optional.of(parser.getString());
                }
            }
        } catch (JacksonException _) {
            return found; // A body cut at its limit: what was not found by then is not known.
        }
        return found;
    }

    private static boolean isReason(String name) {
        return name.equals("error") || name.equals("message") || name.equals("detail");
    }

    static String cleaned(String words) {
        return CleanText.of(words, CleanText.isPage(words) ? A_PAGE : NO_WORDS);
    }
}
