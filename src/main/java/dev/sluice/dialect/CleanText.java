package dev.sluice.dialect;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/**
 * Makes somebody else's words fit to be shown and logged: short, without keys, addresses, pages of HTML or dumps of the
 * client's own input. Every text of a provider goes through here. Stateless.
 */
public final class CleanText {
    private static final int LONGEST = 1_000;
    private static final int LONGEST_LOOKED_AT = 8_000;

    // A long run of word characters is a key of some kind if it has a digit; without one it is a tool's name.
    private static final Pattern SECRET = Pattern.compile("\\b(?:sk|pk|rk|key|tok|hf|gsk|xai|org|ghp)[-_][\\w\\-*]{6,}"
            + "|\\b(?i:bearer)\\s+[^\\s\"',;]{6,}"
            + "|\\b[0-9a-f]{32}\\.[\\w-]{20,}" // Ollama's cloud
            + "|\\b(?=[a-zA-Z_-]{0,200}\\d)[\\w-]{40,}");
    private static final Pattern ADDRESS = Pattern.compile("(?i)\\b[a-z][a-z0-9+.-]{0,19}://[^\\s\"'<>]+"
            + "|\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?"
            + "|\\b(?:localhost|[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,20}):\\d{2,5}\\b"
            + "|\\[[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}](?::\\d{1,5})?");
    private static final Pattern PARAMETER_TAIL = Pattern.compile("\\s*\\(parameter=[^)]{0,200}\\)\\s*$");
    private static final Pattern READERS_ADVICE =
            Pattern.compile(": enable `[^`]*` to allow| \\(start marker at \\[Source: .*?]\\)");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]");
    private static final Pattern MARKUP = Pattern.compile("(?i)^\\s*<|<!doctype|<html|<body");

    private CleanText() {}

    /**
     * At most 1000 characters of {@code text}, each secret in it replaced by "***" and each address by "[address]".
     *
     * @param instead what to say where the text cannot be shown: blank, a web page, a dump of what was sent
     */
    public static String of(String text, String instead) {
        String start = beginning(text);
        boolean dump = start.contains("validation error") && start.contains("{'type'");
        if (start.isBlank() || dump || isPage(start)) {
            return instead;
        }
        String told = PARAMETER_TAIL.matcher(start).replaceAll("");
        String calm = CONTROL.matcher(told).replaceAll(" ");
        String quiet = SECRET.matcher(calm).replaceAll("***");
        return bounded(
                Json.wellFormed(ADDRESS.matcher(quiet).replaceAll("[address]").strip()));
    }

    /** What a JSON reader found wrong: its first line, without advice on how to set that reader up. */
    public static String ofJson(JacksonException broken) {
        String told = READERS_ADVICE
                .matcher(String.valueOf(broken.getOriginalMessage()))
                .replaceAll("");
        return of(told.lines().findFirst().orElse(""), "unreadable");
    }

    /** Whether this is a web page, or a part of one. */
    public static boolean isPage(String text) {
        return MARKUP.matcher(beginning(text)).find();
    }

    private static String beginning(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_LOOKED_AT));
    }

    private static String bounded(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return text.substring(0, end) + "…";
    }
}
