package dev.sluice.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h} or {@code 90d}. */
public final class Durations {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h|d)");

    private Durations() {}

    /** Empty where the text is no duration; exact to the millisecond. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = WRITTEN.matcher(text.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double value = Double.parseDouble(matcher.group(1));
        double seconds = switch (matcher.group(2)) {
            case "ms" -> value / 1_000;
            case "s" -> value;
            case "m" -> value * 60;
            case "h" -> value * 3_600;
            default -> value * 86_400;
        };
        return seconds > 1e11 ? Optional.empty() : Optional.of(Duration.ofMillis(Math.round(seconds * 1_000)));
    }
}
