package dev.sluice.dialect.openai;

import java.util.regex.Pattern;

/** Makes a provider's words fit to be shown: short, without keys, pages of HTML or dumps of the client's own input. */
final class CleanText {
    private static final int LONGEST = 1_000;
    private static final int LONGEST_LOOKED_AT = 8_000;
    private static final Pattern SECRET = Pattern.compile(
            "\\b(?:sk|pk|rk|key|tok|hf|gsk|xai|org)[-_][A-Za-z0-9_\\-*]{6,}|(?i:bearer)\\s+[A-Za-z0-9._~+/=\\-]{6,}");
    private static final Pattern ADDRESS = Pattern.compile("(?i)\\b[a-z][a-z0-9+.-]{0,19}://[^\\s\"'<>]+"
            + "|\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?|\\b(?:localhost|[a-z0-9-]+(?:\\.[a-z0-9-]+)+):\\d{2,5}\\b");
    private static final Pattern PARAMETER_TAIL = Pattern.compile("\\s*\\(parameter=[^)]{0,200}\\)\\s*$");
    private static final Pattern MARKUP = Pattern.compile("(?i)^\\s*<|<!doctype|<html|<body");

    private CleanText() {}

    /** @param instead what to say where the text cannot be shown */
    static String of(String text, String instead) {
        String start = text.substring(0, Math.min(text.length(), LONGEST_LOOKED_AT));
        boolean dump = start.contains("validation error") && start.contains("{'type'");
        if (start.isBlank() || dump || MARKUP.matcher(start).find()) {
            return instead;
        }
        String plain =
                SECRET.matcher(PARAMETER_TAIL.matcher(start).replaceAll("")).replaceAll("***");
        String clean = ADDRESS.matcher(plain).replaceAll("[address]");
        return bounded(clean.strip());
    }

    private static String bounded(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return text.substring(0, end) + "…";
    }
}
