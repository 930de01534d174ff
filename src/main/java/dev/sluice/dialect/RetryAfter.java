package dev.sluice.dialect;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads when a provider wants to be asked again: in milliseconds, seconds, as a date, or in its words. Stateless. */
public final class RetryAfter {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");
    private static final Pattern WORDS = Pattern.compile(
            "(?i)(?:retry|try again)\\s+(?:in|after)\\s+(\\d{1,9}(?:\\.\\d{1,9})?)\\s?(ms|s|m)(?:\\b|ec|in)");

    private RetryAfter() {}

    /**
     * The provider's wish, unclamped and never negative; empty where it has none that can be read. Of several, a header
     * goes before words, and {@code retry-after-ms}, which is finer, before {@code retry-after}.
     *
     * @param header looks up a response header by lower-case name
     * @param message the provider's words, which may say "try again in 20s"; "" where there are none
     */
    public static Optional<Duration> of(Function<String, Optional<String>> header, String message) {
        Optional<Duration> millis = header.apply("retry-after-ms").flatMap(value -> number(value, 1_000_000));
        if (millis.isPresent()) {
            return millis;
        }
        Optional<String> value = header.apply("retry-after");
        Optional<Duration> told = value.flatMap(seconds -> number(seconds, 1_000_000_000));
        if (told.isPresent()) {
            return told;
        }
        Optional<Duration> untilDate = value.flatMap(date -> between(header.apply("date"), date));
        return untilDate.isPresent() ? untilDate : words(message);
    }

    private static Optional<Duration> number(String text, long nanosPerUnit) {
        if (!NUMBER.matcher(text.strip()).matches()) {
            return Optional.empty();
        }
        BigDecimal nanos = new BigDecimal(text.strip()).multiply(BigDecimal.valueOf(nanosPerUnit));
        return Optional.of(Duration.ofNanos(nanos.longValue()));
    }

    /** Both dates are the provider's own, so nobody's clock need be right. */
    private static Optional<Duration> between(Optional<String> now, String then) {
        try {
            Optional<ZonedDateTime> start = now.map(RetryAfter::date);
            return start.map(from -> Duration.between(from, date(then)))
                    .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeParseException _) {
            return Optional.empty(); // a hint that cannot be read is no hint
        }
    }

    private static ZonedDateTime date(String text) {
        return ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
    }

    private static Optional<Duration> words(String message) {
        Matcher found = WORDS.matcher(message);
        if (!found.find()) {
            return Optional.empty();
        }
        return switch (found.group(2)) {
            case "ms", "MS" -> number(found.group(1), 1_000_000);
            case "m", "M" -> number(found.group(1), 60_000_000_000L);
            default -> number(found.group(1), 1_000_000_000);
        };
    }
}
