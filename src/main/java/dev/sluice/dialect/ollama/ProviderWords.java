package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A provider's own words about a failure, fit to be shown: short, without keys, addresses and pages. */
final class ProviderWords {
    private static final int LONGEST = 1000;
    private static final String NO_WORDS = "the provider gave no reason";
    private static final String A_PAGE = "the provider answered with a web page";

    private static final Pattern ADDRESS =
            Pattern.compile("\\b[a-z][a-z0-9+.-]*://[^\\s\"'<>]+", Pattern.CASE_INSENSITIVE);
    private static final Pattern HOST = Pattern.compile(
            "\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d+)?|\\b(?:localhost|[\\w-]+(?:\\.[\\w-]+)+):\\d{2,5}\\b|\\[[0-9a-f:]+](?::\\d+)?");
    private static final Pattern KEY =
            Pattern.compile("(?i)\\bbearer\\s+\\S+|\\b(?:sk|pk|ghp|hf)[-_][\\w-]{6,}|\\b[\\w-]{40,}");

    private ProviderWords() {}

    /** Reads an error body of any form. */
    static String of(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            return NO_WORDS;
        }
        if (text.startsWith("<")) {
            return A_PAGE;
        }
        return cleaned(text.startsWith("{") ? reason(body).orElse(NO_WORDS) : text);
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

    /** No keys, no hosts, no control characters, no essay. */
    static String cleaned(String words) {
        String bounded = words.length() > 4 * LONGEST ? words.substring(0, 4 * LONGEST) : words;
        String plain = bounded.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", " ").strip();
        if (plain.toLowerCase(Locale.ROOT).contains("<html")) {
            return A_PAGE;
        }
        String open = ADDRESS.matcher(plain).replaceAll("[address]");
        String quiet = KEY.matcher(HOST.matcher(open).replaceAll("[address]")).replaceAll("[key]");
        return OllamaJson.wellFormed(quiet.length() > LONGEST ? quiet.substring(0, LONGEST) : quiet);
    }
}
