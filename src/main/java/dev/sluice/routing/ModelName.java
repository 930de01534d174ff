package dev.sluice.routing;

import java.util.Locale;

/**
 * A model's name as Ollama compares names: without regard to case, {@code :latest} understood, and with a cloud or
 * local mark at its end. The rules of the marks are those of Ollama: a last part {@code :cloud} or {@code :local}, or a
 * last tag that ends in {@code -cloud}; a name without a colon stays as it is.
 *
 * @param key for comparing: lower case, without {@code :latest} and without the mark
 * @param bare as written, without the mark
 */
public record ModelName(String key, String bare, Source source) {

    /** What a name says about where its model runs. */
    public enum Source {
        UNSAID,
        CLOUD,
        LOCAL,
        /** Two marks that contradict each other. */
        CONFLICT
    }

    private static final String LATEST = ":latest";

    /** Any text is a name. Two marks at its end are read; a third one stays a part of it. */
    public static ModelName of(String written) {
        Marked outer = strip(written);
        Marked inner = strip(outer.rest());
        if (outer.source() != Source.UNSAID && inner.source() != Source.UNSAID && inner.source() != outer.source()) {
            return new ModelName(key(inner.rest()), inner.rest(), Source.CONFLICT);
        }
        Source source = outer.source() == Source.UNSAID ? inner.source() : outer.source();
        return new ModelName(key(inner.rest()), inner.rest(), source);
    }

    private record Marked(String rest, Source source) {}

    private static Marked strip(String name) {
        int colon = name.lastIndexOf(':');
        if (colon < 0) {
            return new Marked(name, Source.UNSAID);
        }
        String tag = name.substring(colon + 1).toLowerCase(Locale.ROOT);
        return switch (tag) {
            case "cloud" -> new Marked(name.substring(0, colon), Source.CLOUD);
            case "local" -> new Marked(name.substring(0, colon), Source.LOCAL);
            default ->
                tag.endsWith("-cloud")
                        ? new Marked(name.substring(0, name.length() - "-cloud".length()), Source.CLOUD)
                        : new Marked(name, Source.UNSAID);
        };
    }

    /** The form in which names are compared. */
    public static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(LATEST) ? lower.substring(0, lower.length() - LATEST.length()) : lower;
    }
}
