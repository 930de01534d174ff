package dev.sluice.job;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with places such as <code>{{symbol}}</code> that each record fills. Immutable. */
public record Template(String text) {
    private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");
    private static final int SHOWN = 40;

    public static final Template EMPTY = new Template("");

    public Template {
        String rest = PLACE.matcher(text).replaceAll("");
        int open = rest.indexOf("{{");
        if (open >= 0) {
            String shown = rest.substring(open, Math.min(rest.length(), open + SHOWN));
            throw new IllegalArgumentException("has '" + shown + "' without its '}}'");
        }
    }

    /** The names of all places, in the order of the text. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        Matcher place = PLACE.matcher(text);
        while (place.find()) {
            names.add(place.group(1));
        }
        return names;
    }

    /**
     * The text with every place filled.
     *
     * @throws IllegalArgumentException where a value is missing or blank
     */
    String fill(Map<String, String> values) {
        Function<String, String> value = name -> Optional.ofNullable(values.get(name))
                .filter(found -> !found.isBlank())
                .orElseThrow(() -> new IllegalArgumentException("has no value for '" + name + "'"));
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(value.apply(place.group(1))));
    }
}
